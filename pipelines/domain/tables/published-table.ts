/** What every table file (`*.json` in this folder) says of its tables. A file holds tables of one kind by name. */

/** Where the numbers stand and how they came here. */
export interface TableSource {
  readonly publication: string;
  /** Table, page or heading in the publication. */
  readonly place: string;
  /** What was read, where it was not the publication itself. */
  readonly takenFrom: string;
}

/** A published table without its numbers. */
export interface PublishedTable<Name extends string = string> {
  /** Goes into every record: its numbers never change, those of another edition get another name. */
  readonly name: Name;
  readonly edition: string;
  readonly source: TableSource;
  readonly unit: string;
  /** What the publication leaves open and how we read it. */
  readonly reading?: string;
}

/** The tables of a file by name, in its order, each made by `create`. */
export function tablesByName<Name extends string, Data, Table>(
  file: Readonly<Record<Name, Data>>,
  create: (name: Name, data: Data) => Table,
): Readonly<Record<Name, Table>> {
  const names = Object.keys(file) as Name[];
  return Object.fromEntries(names.map((name) => [name, create(name, file[name])])) as Record<Name, Table>;
}
