/** An HTTP request. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const WORD = /'([^']*)'|"((?:\\.|[^"\\])*)"|(\S+)/g;

/** What a shell and curl make of a command of the form `curl [-X METHOD] URL [-H HEADER]… [-b COOKIE] [-d BODY]…`. */
export function parseCurl(command: string, variables: ReadonlyMap<string, string>): CurlRequest {
  const [curl, ...words] = wordsOf(command.replaceAll('\\\n', ' '), variables);
  if (curl !== 'curl') throw new Error(`not a request: ${command}`);
  const headers: Record<string, string> = {};
  const urls: string[] = [];
  let method: string | undefined;
  let body: string | undefined;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') method = words.shift();
    else if (word === '-b') headers['Cookie'] = words.shift()!;
    else if (word === '-d') body = body === undefined ? words.shift() : `${body}&${words.shift()}`;
    else if (word === '-H') {
      const [name = '', value = ''] = words.shift()!.split(': ');
      headers[name] = value;
    } else urls.push(word);
  }
  const [url] = urls;
  if (url === undefined || urls.length > 1) throw new Error(`one address, please: ${command}`);
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body };
}

/** The words of a command; variables are replaced except in single quotes. */
function wordsOf(command: string, variables: ReadonlyMap<string, string>): string[] {
  const replaced = (text: string) =>
    text.replace(/\$([A-Z_]+)/g, (_, name: string) => {
      const value = variables.get(name);
      if (value === undefined) throw new Error(`$${name} is not known yet`);
      return value;
    });
  return [...command.matchAll(WORD)].map(
    ([, literal, quoted, bare = '']) =>
      literal ?? replaced(quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1')),
  );
}
