import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One file that the page needs. */
export interface ViewerFile {
  readonly contentType: string;
  readonly text: string;
}

const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** Begins to show the document that the page names. Without a validator, since that is a service elsewhere. */
const START_SCRIPT = `'use strict';
const viewer = document.getElementById('viewer');
SwaggerUIBundle({
  url: viewer.dataset.document,
  domNode: viewer,
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

const PAGE_STYLE = `body { margin: 0; font-family: sans-serif; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; padding: 1rem; background: #1b1b1b; }
nav a { color: #ddd; text-decoration: none; }
nav a[aria-current] { color: #fff; font-weight: bold; }
`;

/**
 * The files of the page, read once from the package swagger-ui-dist when they are asked for first, with the two that are
 * our own. They stand under a version made from their content, so that a browser may keep them for good.
 */
export class Viewer {
  private read: ReadonlyMap<string, ViewerFile> | null = null;
  private readVersion: string | null = null;

  get version(): string {
    this.readVersion ??= versionOf(this.files);
    return this.readVersion;
  }

  /** Undefined for a file that there is not, in this version. */
  find(version: string, name: string): ViewerFile | undefined {
    return version === this.version ? this.files.get(name) : undefined;
  }

  private get files(): ReadonlyMap<string, ViewerFile> {
    this.read ??= viewerFiles();
    return this.read;
  }
}

function viewerFiles(): ReadonlyMap<string, ViewerFile> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const packaged = (name: string) => readFileSync(join(folder, name), 'utf8');
  return new Map([
    ['swagger-ui.css', { contentType: CSS, text: packaged('swagger-ui.css') }],
    ['swagger-ui-bundle.js', { contentType: JAVASCRIPT, text: packaged('swagger-ui-bundle.js') }],
    ['page.css', { contentType: CSS, text: PAGE_STYLE }],
    ['start.js', { contentType: JAVASCRIPT, text: START_SCRIPT }],
  ]);
}

function versionOf(files: ReadonlyMap<string, ViewerFile>): string {
  const hash = createHash('sha256');
  for (const { text } of files.values()) hash.update(text);
  return hash.digest('hex').slice(0, 16);
}
