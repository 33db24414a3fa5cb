import type { FactorId } from "../../src/model/factor.ts";

/** A cause and the plain means that take it away, chosen without asking perfgap's own levers. */
export interface PlantedCause {
  /** Names under which perfgap may report it; the first is the usual one. */
  readonly factors: readonly [FactorId, ...FactorId[]];
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly preload?: readonly string[];
  /** Taken away by building the clean program. */
  readonly unplant?: true;
}

/** What perfgap has to say about a plant. */
export type Expectation =
  /** The one cause first, and its share. */
  | { readonly kind: "named" }
  /** The share of every cause, in whatever order. */
  | { readonly kind: "shares" }
  /** No lever reaches the plant: the gap has to stand under what cannot be switched off. */
  | { readonly kind: "unexplained" }
  /** Nothing was planted: no cause may be named. */
  | { readonly kind: "silent" };

/** One program, built twice: with a known cost and without. */
export interface Plant {
  readonly id: string;
  readonly title: string;
  readonly language: "go" | "rust" | "c";
  /** Folder below workloads/. */
  readonly program: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Variables of both sides, where the cost of a cause depends on what they say. */
  readonly env?: Readonly<Record<string, string>>;
  readonly plantedFlags: readonly string[];
  readonly cleanFlags: readonly string[];
  readonly causes: readonly PlantedCause[];
  readonly expectation: Expectation;
  /** Steps burnt per allocation, where the plant is one dose of a series. */
  readonly dose?: number;
  /** Why perfgap cannot pass it; counted as failed all the same. */
  readonly knownToFail?: string;
}

/** A plant that cannot be made on this machine. */
export interface AbsentPlant {
  readonly id: string;
  readonly reason: string;
}
