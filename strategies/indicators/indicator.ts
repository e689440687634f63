/**
 * A streaming indicator: fed every closed kline once and in order, constant work and memory per kline.
 * It answers null until it is defined. A value that is no finite number is not fed (one NaN would poison a running
 * sum for ever): that kline is answered with null, and the next one goes on as if it had not been there.
 */
export interface Indicator<Input = number, Output = number> {
  update(value: Input): Output | null;
}

/** `technicalindicators` would otherwise look up a global rounding precision for each value. */
export const unrounded = (value: number): number => value;
