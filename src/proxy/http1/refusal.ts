/**
 * Why a message can't be taken, as numbers that a parser may return in place of a position. The catalogue of what a
 * client is told for each is `error-answer.ts`.
 */
export const INCOMPLETE = -1;
export const MALFORMED = -2;
export const TOO_MANY_FIELDS = -3;
export const HEAD_TOO_LARGE = -4;
export const TARGET_TOO_LONG = -5;
export const UNKNOWN_CODING = -6;
export const UNKNOWN_VERSION = -7;
export const BAD_HOST = -8;
export const BAD_PATH = -9;
export const UNKNOWN_PROTOCOL = -10;
