/** What is compared: bare Koa with its router, and the chassis with the same route. */
export const VARIANTS = ['koa', 'chassis', 'chassis, access log'] as const;

export type Variant = (typeof VARIANTS)[number];
