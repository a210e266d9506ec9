/** What an operator puts below the cameras on the map. Pure. */
import { AnalysisError } from '../../pipelines/errors.ts';

/** Layers as the page reads them in `map.json`; everything is optional. */
export interface MapLayers {
  /** Address of a GeoJSON of borders and roads, on the portal's own host. */
  readonly base?: string;
  readonly tiles?: MapTiles;
}

/** The same as they are given to the portal. */
export interface MapBelow extends Pick<MapLayers, 'tiles'> {
  /** The GeoJSON itself, as `parseMapBase` gives it. */
  readonly base?: string;
}

/** Picture tiles in Web Mercator ("XYZ"). */
export interface MapTiles {
  /** With `{z}`, `{x}`, `{y}`, and `{s}` where the server has subdomains a, b, c. */
  readonly url: string;
  /** What the tiles' licence asks to show. */
  readonly attribution: string;
  readonly maxZoom?: number;
}

/**
 * The host of the tiles as a source of the content policy; `'self'` for tiles on the portal's own host.
 * @throws AnalysisError `config-invalid` for what is no address of tiles.
 */
export function tileSource(url: string): string {
  const isComplete = ['{z}', '{x}', '{y}'].every((part) => url.includes(part));
  const found = /^(https?):\/\/((?:\{s\}\.)?[a-z0-9.-]+(?::\d{1,5})?)\//i.exec(url);
  const isOwn = /^\/?[\w{]/.test(url) && !url.includes(':');
  if (!isComplete || (found === null && !isOwn)) {
    throw new AnalysisError(
      'config-invalid',
      'map-tiles',
      `the address of map tiles ${JSON.stringify(url.slice(0, 200))} is not usable; allowed is https://host/…/{z}/{x}/{y}.png, with {s}. before the host for subdomains, or a path of this portal`,
    );
  }
  if (found === null) return "'self'";
  const [, scheme = '', host = ''] = found;
  return `${scheme.toLowerCase()}://${host.toLowerCase().replace('{s}', '*')}`;
}
