package dev.varve.cli.terminal;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Draws an image's layers as a bar, in order, with lengths proportional to their sizes. */
public final class LayerBar {
  private static final int CELLS = 60;

  private LayerBar() {}

  /**
   * Draws a bar.
   *
   * @param downloaded the layers to draw filled; the others are empty
   */
  public static String of(List<Descriptor> layers, List<Descriptor> downloaded) {
    Set<Digest> full = downloaded.stream().map(Descriptor::digest).collect(Collectors.toSet());
    long total = Math.max(1, layers.stream().mapToLong(Descriptor::size).sum());
    double[] cells = new double[CELLS];
    long begin = 0;
    for (Descriptor layer : layers) {
      long end = begin + layer.size();
      if (full.contains(layer.digest())) {
        fill(cells, (double) begin * CELLS / total, (double) end * CELLS / total);
      }
      begin = end;
    }
    // Fills at least one cell, even for a tiny download.
    double most = Arrays.stream(cells).max().orElse(0);
    double enough = Math.min(0.5, most == 0 ? 0.5 : most);
    StringBuilder bar = new StringBuilder();
    for (double share : cells) {
      bar.append(share >= enough ? '█' : '░');
    }
    return bar.toString();
  }

  private static void fill(double[] cells, double begin, double end) {
    for (int i = (int) begin; i < Math.min(CELLS, Math.ceil(end)); i++) {
      cells[i] += Math.max(0, Math.min(end, i + 1) - Math.max(begin, i));
    }
  }
}
