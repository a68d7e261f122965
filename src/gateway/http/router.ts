import type { Route } from './http.js';

/** The route of a request, with the values of its named segments. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The methods a path does have, when the one asked for is not among them. */
export interface MethodMismatch {
  readonly allow: readonly string[];
}

interface Pattern {
  readonly segments: readonly string[];
  readonly routes: Map<string, Route>;
}

/** Finds routes by method and path. Among several patterns that fit, the one with the earlier literal wins. */
export class Router {
  private readonly literal = new Map<string, Pattern>();
  private readonly named: Pattern[] = [];

  constructor(routes: readonly Route[]) {
    const patterns = new Map<string, Pattern>();
    for (const route of routes) {
      const pattern = patterns.get(route.path) ?? { segments: route.path.split('/'), routes: new Map() };
      if (pattern.routes.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
      patterns.set(route.path, pattern);
      pattern.routes.set(route.method, route);
    }
    for (const [path, pattern] of patterns) {
      if (pattern.segments.some(isNamed)) this.named.push(pattern);
      else this.literal.set(path, pattern);
    }
    this.named.sort(bySpecificity);
  }

  /** Null: nothing has this path. */
  match(method: string, path: string): RouteMatch | MethodMismatch | null {
    const allow = new Set<string>();
    const exact = this.literal.get(path);
    if (exact !== undefined) {
      const route = routeOf(exact, method);
      if (route !== undefined) return { route, params: {} };
      addMethods(allow, exact);
    }
    const segments = path.split('/');
    for (const pattern of this.named) {
      const params = paramsOf(pattern.segments, segments);
      if (params === null) continue;
      const route = routeOf(pattern, method);
      if (route !== undefined) return { route, params };
      addMethods(allow, pattern);
    }
    return allow.size === 0 ? null : { allow: [...allow, 'OPTIONS'] };
  }
}

function isNamed(segment: string): boolean {
  return segment.startsWith(':');
}

function bySpecificity(one: Pattern, other: Pattern): number {
  const mask = ({ segments }: Pattern) => segments.map((segment) => (isNamed(segment) ? '1' : '0')).join('');
  return mask(one) < mask(other) ? -1 : 1;
}

function routeOf(pattern: Pattern, method: string): Route | undefined {
  return pattern.routes.get(method) ?? (method === 'HEAD' ? pattern.routes.get('GET') : undefined);
}

function addMethods(allow: Set<string>, pattern: Pattern): void {
  for (const method of pattern.routes.keys()) {
    allow.add(method);
    if (method === 'GET') allow.add('HEAD');
  }
}

function paramsOf(pattern: readonly string[], path: readonly string[]): Record<string, string> | null {
  if (pattern.length !== path.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = path[index]!;
    if (!isNamed(expected)) {
      if (expected !== actual) return null;
      continue;
    }
    const value = percentDecoded(actual);
    if (value === null || value === '') return null;
    params[expected.slice(1)] = value;
  }
  return params;
}

/** A segment that is not valid percent-encoding names nothing. */
function percentDecoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
