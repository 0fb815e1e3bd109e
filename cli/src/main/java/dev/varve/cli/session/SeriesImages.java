package dev.varve.cli.session;

import dev.varve.core.history.HistoryImage;
import dev.varve.core.history.Signing;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.signing.VerificationKey;
import dev.varve.core.state.PublishedImage;
import dev.varve.registry.signing.FoundSignature;
import dev.varve.registry.signing.Signatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is known of the images of a series: manifests, states and signatures; no layers. */
public final class SeriesImages {
  private final Session session;
  private final List<VerificationKey> keys;
  private final Map<String, List<Descriptor>> built;

  private SeriesImages(
      Session session, List<VerificationKey> keys, Map<String, List<Descriptor>> built) {
    this.session = session;
    this.keys = keys;
    this.built = built;
  }

  /**
   * Reads the images of a series.
   *
   * @param asBuilt images as they were built, from which some images of the series were made
   * @param keys may have signed the images
   */
  public static List<HistoryImage> read(
      Series series, Series asBuilt, List<VerificationKey> keys, Session session)
      throws IOException {
    Map<String, List<Descriptor>> built = new HashMap<>();
    Parallel.map(asBuilt.images(), member -> source(member, session))
        .forEach(source -> built.put(source.annotation(), source.layers()));
    SeriesImages images = new SeriesImages(session, keys, built);
    return Parallel.map(series.images(), images::read);
  }

  /** An image as it was built, by the annotation of the image that is made from it. */
  private record Source(String annotation, List<Descriptor> layers) {}

  private static Source source(Series.Member member, Session session) throws IOException {
    try (ImageSource image = session.transports().image(member.reference())) {
      return new Source(
          PublishedImage.source(image.config()).map(Digest::toString).orElse(""),
          image.manifest().layers());
    }
  }

  private HistoryImage read(Series.Member member) throws IOException {
    try (ImageSource image = session.transports().image(member.reference())) {
      PublishedImage.requireLayers(image);
      String source =
          image.manifest().annotations().getOrDefault(PublishedImage.SOURCE_ANNOTATION, "");
      return HistoryImage.of(
          member.release(),
          member.version(),
          image.manifest(),
          image.config().diffIds(),
          PublishedImage.attachedState(image),
          Optional.ofNullable(built.get(source)),
          signing(member.reference(), image.descriptor().digest()));
    }
  }

  private Signing signing(Reference reference, Digest image) throws IOException {
    if (reference.transport() != Reference.Transport.DOCKER) {
      return Signing.UNKNOWN;
    }
    Signatures signatures = new Signatures(session.repository(reference));
    if (keys.isEmpty()) {
      return Signing.of(signatures.count(image), false, List.of());
    }
    int count = 0;
    List<Digest> makers = new ArrayList<>();
    for (VerificationKey key : keys) {
      List<FoundSignature> found = signatures.find(image, key);
      count = found.size();
      if (found.stream().anyMatch(FoundSignature::good)) {
        makers.add(key.fingerprint());
      }
    }
    return Signing.of(count, true, makers);
  }
}
