package dev.varve.core.sbom;

import com.github.packageurl.PackageURL;
import dev.varve.core.bytes.PlainText;
import dev.varve.core.image.Digest;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.state.Inventory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The bill of materials of an image. Immutable. */
public final class Sbom {
  /** The name under which RPM stores imported keys as packages. */
  private static final String KEY = "gpg-pubkey";

  private final SbomSubject subject;
  private final Optional<OsRelease> os;
  private final Map<String, Item> items = new TreeMap<>();
  private final String name;
  private final Optional<PackageURL> url;
  private final String toolVersion;

  /** A package with its purl. */
  record Item(PackageInfo info, PackageURL url) {}

  /**
   * Creates a bill of materials.
   *
   * @param inventory the image's packages; RPM's keys, which are no software, are left out
   * @param toolVersion the version of Varve, which both formats name as the creator
   */
  public Sbom(SbomSubject subject, Inventory inventory, String toolVersion) {
    this.subject = subject;
    this.os = inventory.os();
    this.toolVersion = toolVersion;
    this.name = name(subject, os);
    this.url = PackageUrls.ofImage(subject, name);
    for (PackageInfo each : inventory.packages()) {
      if (!each.name().equals(KEY)) {
        PackageURL purl = PackageUrls.of(each, os);
        items.putIfAbsent(purl.canonicalize(), new Item(each, purl));
      }
    }
  }

  /** Returns the document, in UTF-8. */
  public byte[] toBytes(SbomFormat format) throws IOException {
    return switch (format) {
      case SPDX -> SpdxDocuments.write(this);
      case CYCLONEDX -> CycloneDxDocuments.write(this);
    };
  }

  /** Returns a name for a file with the document, such as {@code os.spdx.json}. */
  public String fileName(SbomFormat format) {
    return name.replace('/', '-') + (format == SbomFormat.SPDX ? ".spdx.json" : ".cdx.json");
  }

  /** Returns the number of packages. */
  public int size() {
    return items.size();
  }

  SbomSubject subject() {
    return subject;
  }

  Optional<OsRelease> os() {
    return os;
  }

  /** The packages, sorted by their purls. */
  Collection<Item> items() {
    return items.values();
  }

  /** The name of the image: the last name of its repository, its title, or the distribution. */
  String name() {
    return name;
  }

  /** The purl of the image; empty for files without a manifest. */
  Optional<PackageURL> url() {
    return url;
  }

  String toolVersion() {
    return toolVersion;
  }

  /** The time of the image's build, in whole seconds. */
  Instant created() {
    return subject.created().truncatedTo(ChronoUnit.SECONDS);
  }

  /** The identifier of the document, which differs for another image or another repository. */
  UUID uuid() {
    String identity =
        subject
            .digest()
            .or(subject::identity)
            .map(Digest::toString)
            .orElseGet(() -> String.join("\n", items.keySet()));
    String text = subject.repository().orElse(name) + "@" + identity + " " + toolVersion;
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns text of an image without control characters and without lone surrogates. */
  static String text(String foreign) {
    byte[] utf8 = foreign.getBytes(StandardCharsets.UTF_8);
    return PlainText.of(new String(utf8, StandardCharsets.UTF_8)).strip();
  }

  private static String name(SbomSubject subject, Optional<OsRelease> os) {
    Optional<String> last =
        subject.repository().map(path -> path.substring(path.lastIndexOf('/') + 1));
    String title = text(subject.title());
    return last.orElseGet(
            () -> title.isEmpty() ? os.map(OsRelease::id).map(Sbom::text).orElse("") : title)
        .transform(named -> named.isEmpty() ? "image" : named.toLowerCase(Locale.ROOT));
  }
}
