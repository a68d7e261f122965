import type { FamilyTerms } from '../family/family-terms.js';

/** Nothing from elsewhere, and no script or style within the page. The viewer's icons are data. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page that lists the families and shows the document of one. */
export function docsPage(families: readonly FamilyTerms[], shown: FamilyTerms, version: string): string {
  const files = `/docs/viewer/${version}`;
  const links = families.map(({ name, title }) => {
    const mark = name === shown.name ? ' aria-current="page"' : '';
    return `<a href="/docs?family=${name}"${mark}>${title}</a> <a href="/docs/${name}.json" download>json</a>`;
  });
  links.push('The native stream <a href="/docs/stream.json" download>asyncapi</a>');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tradewire: ${shown.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${files}/swagger-ui.css">
<link rel="stylesheet" href="${files}/page.css">
</head>
<body>
<nav>
${links.join('\n')}
</nav>
<div id="viewer" data-document="/docs/${shown.name}.json"></div>
<script src="${files}/swagger-ui-bundle.js"></script>
<script src="${files}/start.js"></script>
</body>
</html>
`;
}
