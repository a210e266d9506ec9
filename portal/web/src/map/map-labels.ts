/** Names on the map, in Leaflet: written where no mark covers them. */
import L from 'leaflet';
import { labelSpots } from './label-spots.ts';

/** Width and height of a camera's mark. */
export const MARK_PX = 32;

type Position = readonly [lat: number, lon: number];

/** A name written on the map. */
export interface MapLabel {
  readonly text: string;
  readonly at: Position;
}

/** Writes names anew, clear of the marks as they lie at the present zoom. */
export function showLabels(
  map: L.Map,
  layer: L.LayerGroup,
  { labels, marks }: { labels: readonly MapLabel[]; marks: readonly { readonly at: Position }[] },
): void {
  layer.clearLayers();
  const written = labels.map(({ text, at }) => writing(text, [...at], 'region-label').addTo(layer));
  const boxes = written.map((label) => {
    const { clientWidth, clientHeight } = label.getElement()!.firstElementChild!;
    return { ...pixelOf(map, label.getLatLng()), widthPx: clientWidth, heightPx: clientHeight };
  });
  const covered = marks.map(({ at }) => ({ ...pixelOf(map, [...at]), widthPx: MARK_PX, heightPx: MARK_PX }));
  for (const [index, { x, y }] of labelSpots(boxes, covered).entries()) {
    written[index]?.setLatLng(map.layerPointToLatLng([x, y]));
  }
}

function pixelOf(map: L.Map, at: L.LatLngExpression): { x: number; y: number } {
  const { x, y } = map.latLngToLayerPoint(at);
  return { x, y };
}

/** A text on the map that nobody can press. */
export function writing(text: string, at: L.LatLngTuple, className: string): L.Marker {
  const span = document.createElement('span');
  span.textContent = text;
  const icon = L.divIcon({ className, html: span, iconSize: [0, 0] });
  return L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
}
