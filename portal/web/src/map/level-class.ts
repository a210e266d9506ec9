/** Style class of a letter: A to F, `•` for data without a level, `?` for too little seen, `-` for no data. */
export function levelClass(letter: string): string {
  if (letter === '-') return 'level-none';
  if (letter === '?') return 'level-scant';
  return letter === '•' ? 'level-unknown' : `level-${letter.toLowerCase()}`;
}
