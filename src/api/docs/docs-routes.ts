import { Type } from 'typebox';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { notFoundReply, reply } from '../request/reply.js';
import { docsPage, PAGE_POLICY } from './docs-page.js';
import { openApiDocument } from './openapi-document.js';
import { Viewer } from './viewer.js';

const HTML = 'text/html; charset=utf-8';
const YEAR_S = 365 * 24 * 60 * 60;
const FILES = { 'cache-control': `public, max-age=${YEAR_S}, immutable` };

/** The name of the document that is of no family. */
const STREAM = 'stream';

const DOCUMENT = Type.Union([
  Type.Object(
    { openapi: Type.String() },
    { additionalProperties: true, description: 'A document of OpenAPI 3.1.' },
  ),
  Type.Object(
    { asyncapi: Type.String() },
    { additionalProperties: true, description: 'The document of the native stream, of AsyncAPI 3.0.' },
  ),
]);
const PAGE_QUERY = Type.Object({
  family: Type.Optional(Type.String({ description: 'Whose document is shown; else the first.' })),
});

/**
 * The documents of all families that have endpoints, this one included, that of the native stream, and the page that
 * shows those of the families.
 */
export function docsRoutes(
  family: Family,
  terms: readonly FamilyTerms[],
  others: readonly Endpoint[],
  streamDocument: () => object,
): readonly Endpoint[] {
  const viewer = new Viewer();
  const own: readonly Endpoint[] = [
    pageRoute(family, () => shelf.families, viewer),
    family.open(
      {
        method: 'GET',
        path: '/docs/:document',
        summary: 'The document of a family, such as `paper.json`, or of the native stream: `stream.json`',
        access: 'public',
        answers: { 200: { description: 'It', schema: DOCUMENT } },
      },
      ({ params: { document } }) => {
        const text = shelf.text(document);
        return text === undefined ? notFoundReply('Document') : reply(text);
      },
    ),
    viewerRoute(family, viewer),
  ];
  const shelf = new Shelf(terms, [...others, ...own], streamDocument);
  return own;
}

function pageRoute(family: Family, families: () => readonly FamilyTerms[], viewer: Viewer): Endpoint {
  return family.open(
    {
      method: 'GET',
      path: '/docs',
      summary: 'A page to read the documents on',
      access: 'public',
      query: PAGE_QUERY,
      answers: {
        200: { description: 'The page', schema: Type.String(), contentType: HTML },
        404: { description: 'There is no such family' },
      },
    },
    ({ query }) => {
      const all = families();
      const shown = query.family === undefined ? all[0] : all.find(({ name }) => name === query.family);
      if (shown === undefined) return notFoundReply('Document');
      const headers = { 'content-security-policy': PAGE_POLICY };
      return { status: 200, body: docsPage(all, shown, viewer.version), contentType: HTML, headers };
    },
  );
}

function viewerRoute(family: Family, viewer: Viewer): Endpoint {
  return family.open(
    {
      method: 'GET',
      path: '/docs/viewer/:version/:file',
      summary: 'A file that the page needs',
      access: 'public',
      answers: { 200: { description: 'The file', schema: Type.String(), contentType: 'text/*' } },
    },
    ({ params: { version, file } }) => {
      const found = viewer.find(version, file);
      if (found === undefined) return notFoundReply('File');
      return { status: 200, body: found.text, contentType: found.contentType, headers: FILES };
    },
  );
}

/** The documents by file name, each made when it is asked for first: most servers are never asked. */
class Shelf {
  /** Those that have endpoints. */
  readonly families: readonly FamilyTerms[];
  private readonly makers = new Map<string, () => object>();
  private readonly texts = new Map<string, string>();

  constructor(terms: readonly FamilyTerms[], endpoints: readonly Endpoint[], streamDocument: () => object) {
    const endpointsOf = ({ name }: FamilyTerms) => endpoints.filter(({ family }) => family === name);
    this.families = terms.filter((one) => endpointsOf(one).length > 0);
    for (const one of this.families) {
      this.makers.set(`${one.name}.json`, () => openApiDocument(one, endpointsOf(one)));
    }
    this.makers.set(`${STREAM}.json`, streamDocument);
  }

  /** Undefined where there is no such document. */
  text(name: string): string | undefined {
    const make = this.makers.get(name);
    if (make === undefined) return undefined;
    const text = this.texts.get(name) ?? JSON.stringify(make());
    this.texts.set(name, text);
    return text;
  }
}
