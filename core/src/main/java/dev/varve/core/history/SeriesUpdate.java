package dev.varve.core.history;

import dev.varve.core.update.UpdateCost;
import java.util.OptionalLong;

/**
 * An update from one image of a series to the next.
 *
 * @param cost the download by layers
 * @param explained whether the states of both images are known, and so the reasons of downloads
 * @param deltaBytes the download by delta in bytes, if there is a delta
 * @param builtBytes the download in bytes if the images had the layers that they were built with;
 *     empty if these are unknown
 */
public record SeriesUpdate(
    UpdateCost cost, boolean explained, OptionalLong deltaBytes, OptionalLong builtBytes) {
  static SeriesUpdate between(HistoryImage from, HistoryImage to) {
    return new SeriesUpdate(
        UpdateCost.between(from.image(), to.image()),
        from.hasState() && to.hasState(),
        to.release().deltaFrom(from.release()),
        from.asBuilt().isPresent() && to.asBuilt().isPresent()
            ? OptionalLong.of(to.asBuilt().get().bytesFrom(from.asBuilt().get()))
            : OptionalLong.empty());
  }
}
