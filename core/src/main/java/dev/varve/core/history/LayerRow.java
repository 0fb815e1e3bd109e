package dev.varve.core.history;

import java.util.List;

/**
 * A layer over the images of a series: in each image the layer that holds most of what it held in
 * the image before.
 *
 * @param places for each image the index of the layer among the image's layers, -1 if the image has
 *     none
 * @param downloadedBytes the bytes of its layers that updates downloaded
 * @param largestBytes the size of its largest layer in bytes
 */
public record LayerRow(List<Integer> places, long downloadedBytes, long largestBytes) {
  /** Copies the list. */
  public LayerRow {
    places = List.copyOf(places);
  }
}
