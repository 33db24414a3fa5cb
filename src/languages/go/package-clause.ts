const ignoreConstraint = /^\/\/(go:build|\s*\+build)\s+ignore\s*$/;

/**
 * The package a Go file belongs to, or undefined for a file without a package clause and for one that its build
 * constraint keeps out of every build (`//go:build ignore`).
 */
export function packageClause(text: string): string | undefined {
  let rest = text.replace(/^\uFEFF/, "").trimStart();
  for (;;) {
    const comment = leadingComment(rest);
    if (comment === undefined) break;
    if (ignoreConstraint.test(comment)) return undefined;
    rest = rest.slice(comment.length).trimStart();
  }
  return /^package[\s;]+([\p{L}_][\p{L}\p{N}_]*)/u.exec(rest)?.[1];
}

function leadingComment(text: string): string | undefined {
  if (text.startsWith("//")) return /^[^\n]*/.exec(text)?.[0];
  return /^\/\*.*?(\*\/|$)/s.exec(text)?.[0];
}
