/** The map itself, in Leaflet: markers on a graticule, with a base layer and tiles only where the city gives them. */
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { MapLayers } from '../../../api/map-layers.ts';
import { degreesText, graticuleOf } from './graticule.ts';
import { levelClass } from './level-class.ts';
import { MARK_PX, type MapLabel, showLabels, writing } from './map-labels.ts';

/** A camera on the map. */
export interface MapPoint {
  readonly id: string;
  readonly at: readonly [lat: number, lon: number];
  /** Written in the mark: A to F, `•`, `?`, `-`. */
  readonly letter: string;
  readonly isStale: boolean;
  /** What a screen reader says and a pointer shows. */
  readonly label: string;
}

/** What the map shows. */
export interface MapContent {
  readonly points: readonly MapPoint[];
  readonly labels: readonly MapLabel[];
  readonly chosenId: string | undefined;
  readonly isIndonesian: boolean;
  /** What the buttons do, for pointers and screen readers. */
  readonly buttons: { readonly zoomIn: string; readonly zoomOut: string };
}

/** A map in an element. */
export interface CityMap {
  readonly show: (content: MapContent) => void;
  readonly remove: () => void;
}

/** The middle of Semarang, for a city without any located camera. */
const SEMARANG: L.LatLngTuple = [-6.99, 110.4225];

/** Makes the map; `onChoose` is told the camera whose mark was pressed. */
export function createCityMap(
  element: HTMLElement,
  config: MapLayers,
  onChoose: (id: string) => void,
): CityMap {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(element, {
    zoomSnap: 0.5,
    attributionControl: config.tiles !== undefined,
    zoomAnimation: !isStill,
    fadeAnimation: !isStill,
    markerZoomAnimation: !isStill,
    maxZoom: 18,
  }).setView(SEMARANG, 12);
  map.attributionControl?.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(map);
  if (config.tiles !== undefined) {
    const { url, attribution, maxZoom = 19 } = config.tiles;
    L.tileLayer(url, { attribution, maxZoom }).addTo(map);
  }
  if (config.base !== undefined) void addBase(map, config.base);
  const lines = L.layerGroup().addTo(map);
  const labels = L.layerGroup().addTo(map);
  const markers = new Map<string, L.Marker>();
  let shown: MapContent | undefined;
  const write = () => {
    drawGraticule(map, lines, shown?.isIndonesian ?? true);
    const { labels: names = [], points = [] } = shown ?? {};
    showLabels(map, labels, { labels: names, marks: points });
  };
  map.on('moveend', write);
  const observer = new ResizeObserver(() => map.invalidateSize());
  observer.observe(element);
  return {
    show: (content) => {
      const isFirst = shown === undefined || shown.points.length === 0;
      const isOtherCamera = shown?.chosenId !== content.chosenId;
      shown = content;
      showPoints(map, markers, content.points, onChoose);
      nameButtons(element, content.buttons);
      markChosen(markers, content.chosenId);
      if (isFirst) showAll(map, content.points);
      const chosen = content.points.find(({ id }) => id === content.chosenId);
      if (chosen !== undefined && isOtherCamera && !isFirst)
        map.panInside([...chosen.at], { padding: [60, 60] });
      write();
    },
    remove: () => {
      observer.disconnect();
      map.remove();
    },
  };
}

function showAll(map: L.Map, points: readonly MapPoint[]): void {
  if (points.length === 0) return;
  map.fitBounds(L.latLngBounds(points.map(({ at }): L.LatLngTuple => [...at])), {
    // Room for the legend, which lies over the left side of a wide map.
    paddingTopLeft: map.getSize().x > 700 ? [210, 40] : [36, 36],
    paddingBottomRight: [40, 40],
    maxZoom: 15,
    animate: false,
  });
}

function showPoints(
  map: L.Map,
  markers: Map<string, L.Marker>,
  points: readonly MapPoint[],
  onChoose: (id: string) => void,
): void {
  const left = new Set(markers.keys());
  for (const point of points) {
    left.delete(point.id);
    let marker = markers.get(point.id);
    if (marker === undefined) {
      marker = newMarker(point, onChoose).addTo(map);
      markers.set(point.id, marker);
    }
    marker.setLatLng([...point.at]);
    dress(marker.getElement()!, point);
  }
  for (const id of left) {
    markers.get(id)?.remove();
    markers.delete(id);
  }
}

function newMarker({ id, at }: MapPoint, onChoose: (id: string) => void): L.Marker {
  const icon = L.divIcon({
    className: 'camera-mark',
    html: document.createElement('span'),
    iconSize: [MARK_PX, MARK_PX],
  });
  const marker = L.marker([...at], { keyboard: true, icon });
  marker.on('click', () => onChoose(id));
  marker.on('keypress', ({ originalEvent }: L.LeafletKeyboardEvent) => {
    if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
    originalEvent.preventDefault();
    onChoose(id);
  });
  return marker;
}

function markChosen(markers: ReadonlyMap<string, L.Marker>, chosenId: string | undefined): void {
  for (const [id, marker] of markers) {
    marker.getElement()?.classList.toggle('chosen', id === chosenId);
    marker.setZIndexOffset(id === chosenId ? 1000 : 0);
  }
}

/** Changes the mark where it is: a new one would lose the reader's focus with every refresh. */
function dress(element: HTMLElement, { letter, isStale, label }: MapPoint): void {
  element.setAttribute('aria-label', label);
  element.title = label;
  const mark = element.firstElementChild!;
  mark.className = `level ${levelClass(letter)}${isStale ? ' is-stale' : ''}`;
  mark.textContent = letter === '-' ? '–' : letter;
}

/** Leaflet writes its own words, in English, when it makes the buttons. */
function nameButtons(element: HTMLElement, { zoomIn, zoomOut }: MapContent['buttons']): void {
  const names = [
    ['.leaflet-control-zoom-in', zoomIn],
    ['.leaflet-control-zoom-out', zoomOut],
  ] as const;
  for (const [selector, name] of names) {
    const button = element.querySelector(selector);
    button?.setAttribute('title', name);
    button?.setAttribute('aria-label', name);
  }
}

function drawGraticule(map: L.Map, layer: L.LayerGroup, isIndonesian: boolean): void {
  layer.clearLayers();
  const bounds = map.getBounds();
  const box = {
    south: bounds.getSouth(),
    west: bounds.getWest(),
    north: bounds.getNorth(),
    east: bounds.getEast(),
  };
  const { latitudes, longitudes, decimals } = graticuleOf(box);
  const { x: width } = map.getSize();
  // Labels of both axes would lie over each other in the corner.
  const isClear = (at: L.LatLngTuple) => {
    const { x, y } = map.latLngToContainerPoint(at);
    return y > 26 || x < width - 75;
  };
  const line = { interactive: false, className: 'graticule', weight: 1 };
  for (const lat of latitudes) {
    L.polyline(
      [
        [lat, box.west],
        [lat, box.east],
      ],
      line,
    ).addTo(layer);
    if (isClear([lat, box.east])) {
      const text = degreesText(lat, 'lat', decimals, isIndonesian);
      writing(text, [lat, box.east], 'degrees at-right').addTo(layer);
    }
  }
  for (const lon of longitudes) {
    L.polyline(
      [
        [box.south, lon],
        [box.north, lon],
      ],
      line,
    ).addTo(layer);
    if (isClear([box.north, lon])) {
      const text = degreesText(lon, 'lon', decimals, isIndonesian);
      writing(text, [box.north, lon], 'degrees at-top').addTo(layer);
    }
  }
}

async function addBase(map: L.Map, url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) return;
  const base = await response.json();
  L.geoJSON(base, { interactive: false, style: { className: 'base', weight: 1.5 } })
    .addTo(map)
    .bringToBack();
}
