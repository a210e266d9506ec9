/** What tests call of the Frictionless project's own implementations; the packages have no types. */
declare module 'datapackage' {
  export class Package {
    /** Reads a descriptor; with a problem in it the package is not `valid`. */
    static load(descriptor: object): Promise<Package>;
    readonly valid: boolean;
    readonly errors: readonly Error[];
  }
  const exported: { readonly Package: typeof Package };
  export default exported;
}

declare module 'tableschema' {
  export interface Table {
    /** The rows, every cell cast by its field; throws on the first that is not of its type or breaks a rule. */
    read(options: { keyed: true }): Promise<readonly Readonly<Record<string, unknown>>[]>;
  }
  const exported: {
    readonly Table: { load(file: string, options: { schema: object; strict?: boolean }): Promise<Table> };
  };
  export default exported;
}
