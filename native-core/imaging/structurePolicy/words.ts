/** The words of a structure's name, lower case without accents: "Niere_li", "KidneyLeft" and "kidney (L)" fall into their parts. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
}
