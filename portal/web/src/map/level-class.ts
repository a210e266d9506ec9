/** Style class of a letter: A to F, `•` for data without a level, `-` for no data. */
export function levelClass(letter: string): string {
  if (letter === '-') return 'level-none';
  return letter === '•' ? 'level-unknown' : `level-${letter.toLowerCase()}`;
}
