package dev.varve.cli.report;

import dev.varve.cli.terminal.Table;
import dev.varve.core.image.Digest;
import dev.varve.core.json.JsonObject;
import dev.varve.core.signing.VerificationKey;
import dev.varve.registry.signing.FoundSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reports the signatures of an image by a key.
 *
 * @param repository the image's repository, as HOST/PATH
 * @param image the digest of the image
 * @param key the key
 * @param signatures the signatures by the key
 */
public record SignaturesReport(
    String repository, Digest image, VerificationKey key, List<FoundSignature> signatures)
    implements Report {
  /** Returns the image by digest. */
  public String name() {
    return repository + "@" + image;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("verified " + name() + ": signed by the key " + key);
    Table table = new Table("lll");
    for (FoundSignature each : signatures) {
      table.row(
          form(each),
          each.repository().map(signed -> "as " + signed).orElse(""),
          each.entry().map(entry -> "entry " + entry.logIndex() + " of the log").orElse(""));
    }
    lines.addAll(table.lines());
    return lines;
  }

  @Override
  public JsonObject json() {
    return JsonObject.EMPTY
        .with("image", name())
        .with("digest", image.toString())
        .with("key", key.toString())
        .with("signatures", signatures.stream().map(SignaturesReport::json).toList());
  }

  private static JsonObject json(FoundSignature signature) {
    JsonObject json = JsonObject.EMPTY.with("form", form(signature));
    if (signature.repository().isPresent()) {
      json = json.with("repository", signature.repository().get());
    }
    return signature.entry().isPresent()
        ? json.with("logIndex", signature.entry().get().logIndex())
        : json;
  }

  private static String form(FoundSignature signature) {
    return signature.form().toString().toLowerCase(Locale.ROOT);
  }
}
