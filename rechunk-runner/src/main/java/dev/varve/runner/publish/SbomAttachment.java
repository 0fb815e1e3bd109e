package dev.varve.runner.publish;

import dev.varve.core.bytes.Progress;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.sbom.Sbom;
import dev.varve.core.sbom.SbomFormat;
import dev.varve.core.sbom.SbomSubject;
import dev.varve.core.state.Inventory;
import dev.varve.registry.Repository;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.VarveVersion;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Makes the bill of materials of a published image, and attaches it to the image. */
final class SbomAttachment {
  private static final String TITLE = "org.opencontainers.image.title";

  private static final String EMPTY =
      "the SBOM lists no packages: the image has no package in a database of RPM, dpkg, pacman or"
          + " apk";

  private final PublishRequest request;
  private final Progress progress;
  private final Repository repository;

  SbomAttachment(PublishRequest request, Progress progress) {
    this.request = request;
    this.progress = progress;
    this.repository = request.repository();
  }

  /** Attaches the bill of materials; the same image and format give the same artifact. */
  PublishedSbom attach(RechunkResult result, SbomFormat format) throws IOException {
    Descriptor image = result.image().descriptor();
    Sbom sbom = make(image.digest(), result.inventory());
    if (sbom.size() == 0) {
      progress.notice(EMPTY);
    }
    byte[] bytes = sbom.toBytes(format);
    Descriptor blob =
        Descriptor.of(format.mediaType(), bytes)
            .withAnnotations(Map.of(TITLE, sbom.fileName(format)));
    repository.upload(blob, bytes);
    Descriptor artifact = repository.attach(image, format.mediaType(), blob, Map.of());
    return new PublishedSbom(format, sbom.size(), artifact);
  }

  /**
   * Makes the bill of materials.
   *
   * @param known the packages; if the engine has read none, they are read from the published image
   */
  private Sbom make(Digest digest, Optional<Inventory> known) throws IOException {
    String name = repository.name().toString();
    try (ImageSource image =
        repository.image(
            digest.toString(), request.platform(), "docker://" + name + "@" + digest)) {
      Inventory inventory =
          known.isPresent()
              ? known.get()
              : Inventory.of(
                  image, request.scratch().directory("sbom"), progress, request.deltas().limits());
      return new Sbom(
          SbomSubject.of(Optional.of(name), Optional.of(digest), image.config()),
          inventory,
          VarveVersion.get());
    }
  }
}
