/** What a terminal shows after a text was written to it: the few control sequences that this program uses, no others. */
export interface Screen {
  readonly lines: readonly string[];
  readonly cursorShown: boolean;
  /** The screen at the end of each write that ends synchronised output. */
  readonly frames: readonly string[];
}

interface State {
  lines: string[];
  row: number;
  column: number;
  cursorShown: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told with
const sequence = /\u001b\[(\??)(\d*)([A-Za-z])|[\r\n]|[^\u001b\r\n]+/g;

/** Wraps at `columns`, as terminals do. Throws for a sequence that is not known. */
export function screenOf(text: string, columns: number): Screen {
  const state: State = { lines: [""], row: 0, column: 0, cursorShown: true };
  const frames: string[] = [];
  for (const [piece, mark, number = "", letter] of text.matchAll(sequence)) {
    if (letter === undefined) write(state, piece, columns);
    else if (mark === "") control(state, letter, Number(number === "" ? 1 : number));
    else if (number === "25") state.cursorShown = letter === "h";
    else if (letter === "l") frames.push(state.lines.join("\n").trimEnd());
  }
  return { lines: state.lines.map((line) => line.trimEnd()), cursorShown: state.cursorShown, frames };
}

function control(state: State, letter: string, count: number): void {
  const line = state.lines[state.row] ?? "";
  if (letter === "A") state.row = Math.max(0, state.row - count);
  else if (letter === "K") state.lines[state.row] = line.slice(0, state.column);
  else if (letter === "J") {
    state.lines = [...state.lines.slice(0, state.row), line.slice(0, state.column)];
  } else if (letter !== "m") throw new Error(`unknown control sequence ${letter}`);
}

function write(state: State, text: string, columns: number): void {
  if (text === "\r") state.column = 0;
  else if (text === "\n") down(state);
  else
    for (const character of text) {
      if (state.column >= columns) down(state);
      const line = (state.lines[state.row] ?? "").padEnd(state.column);
      state.lines[state.row] = line.slice(0, state.column) + character + line.slice(state.column + 1);
      state.column += 1;
    }
}

function down(state: State): void {
  state.row += 1;
  state.column = 0;
  if (state.row === state.lines.length) state.lines.push("");
}
