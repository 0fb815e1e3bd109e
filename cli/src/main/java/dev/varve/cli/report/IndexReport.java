package dev.varve.cli.report;

import dev.varve.cli.terminal.Human;
import dev.varve.cli.terminal.Table;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.Platform;
import dev.varve.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reports the images of an index, or a single image.
 *
 * @param reference the reference
 * @param root the index, or the image
 * @param annotations the annotations of the index
 * @param artifacts the types of artifacts whose subject is the index itself
 * @param rows the entries of the index and of nested indexes
 */
public record IndexReport(
    String reference,
    Descriptor root,
    Map<String, String> annotations,
    List<String> artifacts,
    List<Row> rows)
    implements Report {
  /**
   * An entry of the index.
   *
   * @param platform the platform; empty if unknown
   * @param layers the number of layers; 0 for another index
   * @param bytes the download of a client without any layer
   * @param artifacts the types of artifacts whose subject is the entry
   */
  record Row(
      Optional<Platform> platform,
      Descriptor manifest,
      int layers,
      long bytes,
      List<String> artifacts) {}

  /** Reads an index, and the manifests that it lists. */
  public static IndexReport of(ImageSource source) throws IOException {
    if (source.index().isEmpty()) {
      Descriptor image = source.descriptor().withPlatform(source.config().platform());
      return new IndexReport(
          source.reference(),
          image,
          Map.of(),
          List.of(),
          List.of(row(source, image, source.manifest())));
    }
    Descriptor root = source.index().get();
    ImageIndex index = source.index(root);
    List<Row> rows = new ArrayList<>();
    addRows(source, index, rows, new HashSet<>());
    return new IndexReport(
        source.reference(), root, index.annotations(), artifacts(source, root), rows);
  }

  /** Adds the entries of an index; those of a nested index follow it. */
  private static void addRows(
      ImageSource source, ImageIndex index, List<Row> rows, Set<Digest> nested) throws IOException {
    for (Descriptor listed : index.manifests()) {
      if (MediaTypes.isManifest(listed.mediaType())) {
        rows.add(row(source, listed, source.manifest(listed)));
        continue;
      }
      rows.add(new Row(listed.platform(), listed, 0, 0, List.of()));
      if (MediaTypes.isIndex(listed.mediaType()) && nested.add(listed.digest())) {
        addRows(source, source.index(listed), rows, nested);
      }
    }
  }

  private static Row row(ImageSource source, Descriptor listed, Manifest manifest)
      throws IOException {
    Optional<Platform> platform = listed.platform();
    if (platform.isEmpty() && !listed.saysArtifact()) {
      platform = Optional.of(source.config(manifest).platform());
    }
    return new Row(
        platform,
        listed,
        manifest.layers().size(),
        manifest.totalSize(),
        artifacts(source, listed));
  }

  private static List<String> artifacts(ImageSource source, Descriptor subject) throws IOException {
    return source.referrers(subject, type -> true).stream()
        .map(Manifest::effectiveArtifactType)
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(reference);
    Table facts = new Table("ll");
    facts.row("digest", root.digest().toString());
    facts.row("type", root.mediaType());
    annotations.forEach((name, value) -> facts.row("annotation", name + "=" + value));
    artifacts.forEach(type -> facts.row("artifact", type));
    lines.addAll(facts.lines());
    Table table = new Table("llrrl");
    table.row("platform", "digest", "layers", "download", "artifacts");
    for (Row row : rows) {
      boolean image = MediaTypes.isManifest(row.manifest().mediaType());
      table.row(
          row.platform().map(Platform::toString).orElse("unknown"),
          row.manifest().digest().toString(),
          image ? Integer.toString(row.layers()) : "",
          image ? Human.size(row.bytes()) : row.manifest().mediaType(),
          row.artifacts().isEmpty() ? "none" : String.join(", ", row.artifacts()));
    }
    lines.addAll(table.lines());
    return lines;
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("reference", reference)
        .with("digest", root.digest().toString())
        .with("mediaType", root.mediaType())
        .with("annotations", annotations)
        .with("artifactTypes", artifacts)
        .with("manifests", rows.stream().map(IndexReport::json).toList());
  }

  private static JsonObject json(Row row) {
    return JsonObject.EMPTY
        .with("platform", row.platform().map(Platform::toString).orElse(""))
        .with("digest", row.manifest().digest().toString())
        .with("mediaType", row.manifest().mediaType())
        .with("manifestBytes", row.manifest().size())
        .with("layers", row.layers())
        .with("totalBytes", row.bytes())
        .with("annotations", row.manifest().annotations())
        .with("artifactTypes", row.artifacts());
  }
}
