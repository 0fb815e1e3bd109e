package dev.varve.runner.container;

import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.notes.Notes;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import dev.varve.runner.VerificationException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tool's output, after the check that clients can load the image.
 *
 * @param image the image, which its opener closes
 * @param info the content of the tool's label
 * @param sizes the lengths of the layers' tars in bytes
 */
record Output(ImageSource image, RechunkInfo info, List<Long> sizes) {
  private static final String TOOL = "hhd-dev/rechunk";

  /**
   * Reads a whole image and checks the digests of the blobs, that no path occurs twice in a tar,
   * and that the image has the labels.
   *
   * @param version the version that the tool has written
   * @param labels the requested labels; the tool may have replaced names in values
   * @throws VerificationException if a check fails; the message lists the problems
   */
  static Output check(ImageSource image, String version, Map<String, Optional<String>> labels)
      throws IOException {
    List<String> problems = new ArrayList<>();
    int layers = image.manifest().layers().size();
    List<Digest> diffIds = image.config().diffIds();
    if (layers == 0 || layers != diffIds.size()) {
      throw VerificationException.ofOutput(
          TOOL,
          List.of(
              "expected one diffID for each layer, got "
                  + Quantity.of(layers, "layer")
                  + " and "
                  + Quantity.of(diffIds.size(), "diffID")));
    }
    List<Layer> read =
        Parallel.map(
            IntStream.range(0, layers).boxed().toList(),
            i -> Layer.read(image, image.manifest().layers().get(i), diffIds.get(i)));
    read.forEach(layer -> problems.addAll(layer.problems()));
    problems.addAll(labelProblems(image.config().labels(), version, labels));
    Optional<RechunkInfo> info = RechunkInfo.of(image.config(), image.reference());
    if (info.isEmpty()) {
      problems.add("it has no label " + RechunkInfo.LABEL);
    }
    if (!problems.isEmpty()) {
      throw VerificationException.ofOutput(TOOL, problems);
    }
    return new Output(image, info.orElseThrow(), read.stream().map(Layer::size).toList());
  }

  private static List<String> labelProblems(
      Map<String, String> there, String version, Map<String, Optional<String>> asked) {
    List<String> problems = new ArrayList<>();
    String label = there.getOrDefault(Notes.VERSION_LABEL, "");
    if (!label.equals(version)) {
      problems.add(
          "expected the version label \""
              + version
              + "\", as in version.txt, got \""
              + label
              + "\"");
    }
    asked.forEach(
        (name, value) -> {
          String found = there.get(name);
          if (value.isEmpty()) {
            return;
          }
          if (found == null) {
            problems.add("it has no label " + name);
          } else if (!value.get().contains("<")
              && !value.get().strip().equals(found.strip())
              && !name.equals(Notes.VERSION_LABEL)) {
            problems.add(
                "expected the label "
                    + name
                    + " to be \""
                    + value.get()
                    + "\", got \""
                    + found
                    + "\"");
          }
        });
    return problems;
  }

  /** A layer that was read to its end. */
  private record Layer(long size, List<String> problems) {
    static Layer read(ImageSource image, Descriptor blob, Digest diffId) throws IOException {
      MessageDigest hash = Digest.sha256();
      Set<String> paths = new HashSet<>();
      Set<String> twice = new HashSet<>();
      String name = "layer " + blob.digest();
      try (InputStream in = image.open(blob);
          Counted tar = new Counted(new DigestInputStream(Decompression.open(in, name), hash))) {
        TarReader reader = new TarReader(tar, name);
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
          if (!paths.add(entry.get().path())) {
            twice.add(entry.get().path());
          }
        }
        tar.transferTo(OutputStream.nullOutputStream());
        List<String> problems = new ArrayList<>();
        Digest digest = Digest.of(hash);
        if (!digest.equals(diffId)) {
          problems.add(name + ": expected diffID " + diffId + ", got " + digest);
        }
        twice.stream()
            .sorted()
            .limit(3)
            .forEach(
                path -> problems.add(name + " has " + path + " twice, at which podman load fails"));
        return new Layer(tar.count, problems);
      }
    }
  }

  /** Counts the bytes read. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count += Math.max(0, n);
      return n;
    }
  }
}
