/**
 * The set-up is plain JavaScript, since it runs before anything is installed; TypeScript has no types of it.
 * @returns the named module of `workers/setup/plan/`
 */
export const loadPlan = (name: string) =>
  import(new URL(`../../../workers/setup/plan/${name}.mjs`, import.meta.url).href);
