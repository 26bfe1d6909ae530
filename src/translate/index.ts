/**
 * placeholder line one
 * placeholder line two
 */
export {};
