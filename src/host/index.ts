export { contrastAgainstItself } from "./contrast-against-itself.ts";
export { describeHost } from "./describe-host.ts";
export { hostNoise, type NoiseSpan, noiseBetween } from "./host-noise.ts";
