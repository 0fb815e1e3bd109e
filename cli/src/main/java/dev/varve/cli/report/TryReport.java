package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.bytes.NameList;
import dev.varve.core.image.Descriptor;
import dev.varve.core.json.JsonObject;
import dev.varve.core.state.PublishedImage.PublishedLayer;
import dev.varve.core.update.PackageChange;
import dev.varve.core.update.UpdateCost;
import dev.varve.runner.RechunkResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reports the downloads of the sample's updates, as built and rechunked.
 *
 * @param updates the updates, each from the build before
 * @param kept the directory with the sample and the results; empty if they are deleted
 */
public record TryReport(List<Update> updates, Optional<Path> kept) implements Report {
  /**
   * A build before and after rechunking.
   *
   * @param name the day of the build
   * @param asBuilt the layers of the build
   * @param result the rechunked image
   */
  public record Build(String name, List<Descriptor> asBuilt, RechunkResult result) {
    private List<Descriptor> layers() {
      return result.image().layers().stream().map(PublishedLayer::blob).toList();
    }
  }

  /** The update from one build to the next. */
  public record Update(Build from, Build to) {
    private long asBuilt() {
      return downloaded(from.asBuilt(), to.asBuilt());
    }

    private long rechunked() {
      return downloaded(from.layers(), to.layers());
    }

    private List<String> packages() {
      return UpdateCost.between(from.result().image(), to.result().image()).packages().stream()
          .map(PackageChange::name)
          .toList();
    }

    private static long downloaded(List<Descriptor> had, List<Descriptor> wanted) {
      return wanted.stream()
          .filter(layer -> had.stream().noneMatch(l -> l.digest().equals(layer.digest())))
          .mapToLong(Descriptor::size)
          .sum();
    }
  }

  /** Compares each build with the one before. */
  public static TryReport of(List<Build> builds, Optional<Path> kept) {
    List<Update> updates = new ArrayList<>();
    for (int i = 1; i < builds.size(); i++) {
      updates.add(new Update(builds.get(i - 1), builds.get(i)));
    }
    return new TryReport(updates, kept);
  }

  @Override
  public List<String> lines() {
    Build last = updates.get(updates.size() - 1).to();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "A small OS image of "
            + Human.count(last.result().image().state().packages().size(), "package")
            + ", built on three days; what each update downloads:");
    Table table = new Table("lrrll");
    table.row("update", "as built", "rechunked", "", "packages that changed");
    for (Update update : updates) {
      table.row(
          update.from().name() + " → " + update.to().name(),
          Human.size(update.asBuilt()),
          Human.size(update.rechunked()),
          timesLess(update.asBuilt(), update.rechunked()),
          NameList.first(Human.MOST, update.packages()));
    }
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        "As built, an image has "
            + Human.count(last.asBuilt().size(), "layer")
            + ", and any change makes one of them new. Rechunked, it has "
            + last.layers().size()
            + ",");
    lines.add("each with the same bytes until one of its files changes.");
    lines.add(
        "Every rechunked image was read again and has the same files as its build: verified.");
    lines.add("");
    lines.addAll(next());
    return lines;
  }

  private List<String> next() {
    List<String> lines = new ArrayList<>();
    if (kept.isEmpty()) {
      lines.add("varve try --keep DIR keeps the images in DIR.");
      lines.add("");
    } else {
      String directory = kept.get().toString();
      lines.add("To examine the images in " + directory + ":");
      lines.add("  varve diff oci:" + directory + "/os:monday oci:" + directory + "/os:tuesday");
      lines.add("  varve inspect oci:" + directory + "/os:wednesday");
      lines.add("");
    }
    lines.add("Next, rechunk your own image, and after its next build the update:");
    lines.add("  varve rechunk containers-storage:localhost/os oci:os:first");
    lines.add("  varve rechunk containers-storage:localhost/os oci:os:second --prev oci:os:first");
    return lines;
  }

  private static String timesLess(long before, long after) {
    return String.format(Locale.ROOT, "%.1f times less", (double) before / after);
  }

  @Override
  public JsonObject json() {
    long asBuilt = updates.stream().mapToLong(Update::asBuilt).sum();
    long rechunked = updates.stream().mapToLong(Update::rechunked).sum();
    return JsonObject.EMPTY
        .with("updates", updates.stream().map(TryReport::json).toList())
        .with(
            "mean",
            JsonObject.EMPTY
                .with("asBuiltBytes", asBuilt / updates.size())
                .with("rechunkedBytes", rechunked / updates.size()))
        .with("timesLess", (double) asBuilt / rechunked)
        .with("verified", updates.stream().allMatch(update -> update.to().result().verified()));
  }

  private static JsonObject json(Update update) {
    return JsonObject.EMPTY
        .with("from", update.from().name())
        .with("to", update.to().name())
        .with("asBuiltBytes", update.asBuilt())
        .with("rechunkedBytes", update.rechunked())
        .with("layers", update.to().layers().size())
        .with("packages", update.packages());
  }
}
