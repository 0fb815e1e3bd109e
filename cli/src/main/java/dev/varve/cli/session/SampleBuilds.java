package dev.varve.cli.session;

import dev.varve.core.bytes.Progress;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.runner.RechunkRequest;
import dev.varve.runner.RechunkResult;
import dev.varve.runner.builtin.BuiltinEngine;
import dev.varve.runner.builtin.BuiltinOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Three builds of a small sample image in the jar, made by {@code cli/src/main/sample}.
 *
 * @param directory the directory with the builds, and with the layout {@code os} for the rechunked
 *     images
 */
public record SampleBuilds(Path directory) {
  /** The names of the builds, the oldest first. */
  public static final List<String> NAMES = List.of("monday", "tuesday", "wednesday");

  /** A number below the sample's number of components, because some must share a layer. */
  public static final int MAX_LAYERS = 32;

  private static final String ARCHIVE = "sample.oci.tar";
  private static final BuiltinEngine VERIFYING =
      new BuiltinEngine(BuiltinOptions.builder().verify(true).build());

  /**
   * A rechunked build.
   *
   * @param asBuilt the layers of the build
   * @param result the rechunked image
   */
  public record Rechunked(List<Descriptor> asBuilt, RechunkResult result) {}

  /** Opens the archive with the builds in the jar; the caller closes it. */
  public static InputStream archive() {
    return Objects.requireNonNull(
        SampleBuilds.class.getResourceAsStream(ARCHIVE), "the sample is not in the jar");
  }

  /** Writes the archive with the builds into the directory. */
  public void unpack() throws IOException {
    try (InputStream in = archive()) {
      Files.copy(in, directory.resolve(ARCHIVE), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Rechunks a build.
   *
   * @param before the previous rechunked build; empty for the first
   * @param session a separate session for this build, because the next build reads its result
   */
  public Rechunked rechunk(String build, Optional<String> before, Session session)
      throws IOException {
    ImageSource source =
        session.image(
            reference(
                Reference.Transport.OCI_ARCHIVE,
                "oci-archive:",
                directory.resolve(ARCHIVE),
                build));
    ImageSink sink = session.sink(rechunked(build), List.of());
    RechunkRequest.Builder request =
        RechunkRequest.builder(
                new LayeredSource(source), sink, session.scratch().directory("rechunk"))
            .maxLayers(MAX_LAYERS)
            .progress(Progress.SILENT);
    if (before.isPresent()) {
      request.previous(session.image(rechunked(before.get())));
    }
    return new Rechunked(source.manifest().layers(), VERIFYING.rechunk(request.build()));
  }

  private Reference rechunked(String build) {
    return reference(Reference.Transport.OCI, "oci:", directory.resolve("os"), build);
  }

  /** Creates a reference without parsing, because a directory's name may have colons. */
  private static Reference reference(
      Reference.Transport transport, String prefix, Path location, String name) {
    String text = prefix + location + ":" + name;
    return new Reference(transport, text, location.toString(), name);
  }
}
