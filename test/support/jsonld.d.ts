/** The one function of jsonld that tests call; the package has no types of its own. */
declare module 'jsonld' {
  const jsonld: {
    /** Statements of a document, as N-Quads text. */
    toRDF(document: object, options: { format: 'application/n-quads' }): Promise<string>;
  };
  export default jsonld;
}
