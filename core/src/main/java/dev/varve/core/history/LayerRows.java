package dev.varve.core.history;

import dev.varve.core.image.Digest;
import dev.varve.core.plan.PlanState;
import dev.varve.core.plan.PlanState.ComponentState;
import dev.varve.core.state.PublishedImage;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Follows layers over the images of a series. A layer that the next image has as well goes on in
 * its row. Each other layer of that image goes on in the row with which it shares the most bytes of
 * components, if no layer has gone on there; layers whose components are unknown go on where their
 * place in the image is the same; the rest begin rows.
 */
final class LayerRows {
  private static final int NONE = -1;

  private final List<HistoryImage> images;
  private final List<int[]> rows = new ArrayList<>();

  /** The rows of the last image's layers, by digest. */
  private Map<Digest, Integer> current = Map.of();

  private LayerRows(List<HistoryImage> images) {
    this.images = images;
  }

  /** Returns the rows, those first that cost most. */
  static List<LayerRow> of(List<HistoryImage> images) {
    LayerRows rows = new LayerRows(images);
    for (int i = 0; i < images.size(); i++) {
      rows.add(i);
    }
    return rows.rows.stream()
        .map(rows::row)
        .sorted(
            Comparator.comparingLong(LayerRow::downloadedBytes)
                .thenComparingLong(LayerRow::largestBytes)
                .reversed())
        .toList();
  }

  private void add(int index) {
    List<PublishedLayer> layers = images.get(index).image().layers();
    Map<Digest, Integer> next = new LinkedHashMap<>();
    List<Integer> changed = new ArrayList<>();
    Set<Digest> seen = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      Digest digest = layers.get(i).blob().digest();
      if (seen.add(digest)) {
        Integer row = current.get(digest);
        if (row == null) {
          changed.add(i);
        } else {
          put(next, row, index, i);
        }
      }
    }
    Set<Integer> free = new HashSet<>(current.values());
    free.removeAll(next.values());
    continueByComponents(changed, free, index, next);
    continueByPlace(changed, free, index, next);
    for (int place : changed) {
      rows.add(new int[images.size()]);
      Arrays.fill(rows.get(rows.size() - 1), NONE);
      put(next, rows.size() - 1, index, place);
    }
    current = next;
  }

  private void put(Map<Digest, Integer> next, int row, int index, int place) {
    rows.get(row)[index] = place;
    next.put(images.get(index).image().layers().get(place).blob().digest(), row);
  }

  /** A layer that may go on in a row. */
  private record Candidate(int place, int row, long shared) {}

  private void continueByComponents(
      List<Integer> changed, Set<Integer> free, int index, Map<Digest, Integer> next) {
    if (index == 0) {
      return;
    }
    Map<String, Integer> rowsOfComponents = new HashMap<>();
    PlanState before = images.get(index - 1).image().state();
    for (int row : free) {
      before
          .layers()
          .get(rows.get(row)[index - 1])
          .components()
          .forEach(name -> rowsOfComponents.put(name, row));
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int place : changed) {
      Map<Integer, Long> shared = new HashMap<>();
      PlanState state = images.get(index).image().state();
      for (String name : state.layers().get(place).components()) {
        Integer row = rowsOfComponents.get(name);
        if (row != null) {
          shared.merge(row, 1 + size(state, name), Long::sum);
        }
      }
      shared.forEach((row, bytes) -> candidates.add(new Candidate(place, row, bytes)));
    }
    candidates.sort(
        Comparator.comparingLong((Candidate each) -> -each.shared())
            .thenComparing(Candidate::place)
            .thenComparing(Candidate::row));
    for (Candidate each : candidates) {
      if (free.contains(each.row()) && changed.remove((Integer) each.place())) {
        free.remove(each.row());
        put(next, each.row(), index, each.place());
      }
    }
  }

  private static long size(PlanState state, String component) {
    ComponentState known = state.components().get(component);
    return known == null ? 0 : known.size();
  }

  private void continueByPlace(
      List<Integer> changed, Set<Integer> free, int index, Map<Digest, Integer> next) {
    if (index == 0) {
      return;
    }
    Function<Integer, Optional<Integer>> rowAt =
        place -> free.stream().filter(row -> rows.get(row)[index - 1] == place).findFirst();
    PlanState state = images.get(index).image().state();
    for (int place : List.copyOf(changed)) {
      Optional<Integer> row = rowAt.apply(place);
      if (row.isPresent() && state.layers().get(place).components().isEmpty()) {
        free.remove(row.get());
        changed.remove((Integer) place);
        put(next, row.get(), index, place);
      }
    }
  }

  private LayerRow row(int[] places) {
    long downloaded = 0;
    long largest = 0;
    for (int i = 0; i < places.length; i++) {
      if (places[i] != NONE) {
        PublishedImage image = images.get(i).image();
        PublishedLayer layer = image.layers().get(places[i]);
        largest = Math.max(largest, layer.blob().size());
        if (i > 0 && !has(images.get(i - 1).image(), layer.blob().digest())) {
          downloaded += layer.blob().size();
        }
      }
    }
    return new LayerRow(Arrays.stream(places).boxed().toList(), downloaded, largest);
  }

  private static boolean has(PublishedImage image, Digest digest) {
    return image.layers().stream().anyMatch(layer -> layer.blob().digest().equals(digest));
  }
}
