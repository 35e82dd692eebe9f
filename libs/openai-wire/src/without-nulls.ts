/** An object without members that are null or undefined: for providers that refuse null, and to send nothing needless. */
export function withoutNulls<T extends object>(object: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  ) as { [Key in keyof T]?: NonNullable<T[Key]> };
}
