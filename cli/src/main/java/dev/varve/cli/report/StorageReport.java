package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.json.JsonObject;
import dev.varve.runner.container.Leftovers;
import dev.varve.runner.storage.StorageStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reports the state of a storage. */
public final class StorageReport {
  private StorageReport() {}

  /** Returns the report as text. */
  public static List<String> lines(StorageStatus status, List<String> leftovers) {
    Table table = new Table("ll");
    table.row("mount", orNone(status.mounts().stream().map(Path::toString).toList()));
    table.row("loop device", orNone(status.loopDevices()));
    table.row(
        "file",
        status.imageBytes() < 0
            ? "none"
            : status.settings().image() + ", takes " + Human.size(status.imageBytes()));
    table.row("free", Human.size(status.freeBytes()) + (status.isMounted() ? "" : " for it"));
    table.row("made for", madeFor(status));
    table.row("left by killed runs", orNone(leftovers));
    return table.lines();
  }

  private static String madeFor(StorageStatus status) {
    if (status.isGone()) {
      return "nothing";
    }
    if (status.imageBytes() >= 0 && !Files.isReadable(status.settings().image())) {
      return "unknown: only root may read the file";
    }
    return status
        .owner()
        .map(owner -> "process " + owner.pid() + (owner.isAlive() ? "" : ", which has ended"))
        .orElse("later runs, until varve storage unmount");
  }

  private static String orNone(List<String> list) {
    return list.isEmpty() ? "none" : String.join(", ", list);
  }

  /** Returns the report as JSON. */
  public static JsonObject json(StorageStatus status) {
    return JsonObject.EMPTY
        .with("mountPoint", status.settings().mountPoint().toString())
        .with("image", status.settings().image().toString())
        .with("mounted", status.isMounted())
        .with("mounts", status.mounts().stream().map(Path::toString).toList())
        .with("loopDevices", status.loopDevices())
        .with("imageBytes", Math.max(0, status.imageBytes()))
        .with("freeBytes", status.freeBytes());
  }

  /** Returns the report as JSON, with the leftovers of killed runs. */
  public static JsonObject json(StorageStatus status, Leftovers leftovers) {
    return json(status)
        .with("containers", leftovers.containers())
        .with("volumes", leftovers.volumes())
        .with("images", leftovers.images());
  }
}
