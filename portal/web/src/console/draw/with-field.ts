/** Objects of the site file, one field at a time. Pure. */

/**
 * The object with a field; without it when the value is empty. A text where a number belongs goes on as it is: the
 * server says what is allowed.
 */
export function withField<T extends object>(item: T, field: string, value: unknown): T {
  const { [field]: _old, ...rest } = item as Record<string, unknown>;
  return (value === '' || value === undefined ? rest : { ...rest, [field]: value }) as T;
}
