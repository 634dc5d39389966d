/** One import or re-export. */
export interface Import {
  from: string;
  /** Gone when the types are stripped. */
  typeOnly: boolean;
}

// Own code because a parser for three forms of one statement would be a dependency; verbatimModuleSyntax makes
// `type` explicit, so that the text alone tells what is left at run time.
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** What the text of a source file imports. */
export const readImports = (source: string): Import[] => [
  ...[...source.matchAll(STATEMENT)].map((match) => {
    const names =
      /\{([^}]*)\}/
        .exec(match[0])?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const onlyBraces = /^(?:import|export)\s*\{/.test(match[0]);
    const allTypes = onlyBraces && names.length > 0 && names.every((name) => name.trim().startsWith('type '));
    return { from: match[2] ?? '', typeOnly: match[1] !== undefined || allTypes };
  }),
  ...[...source.matchAll(DYNAMIC)].map((match) => ({ from: match[1] ?? '', typeOnly: false })),
];
