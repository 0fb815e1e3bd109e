package dev.varve.core.filetree;

import dev.varve.core.bytes.IoFunction;
import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Quantity;
import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.parallel.Parallel;
import dev.varve.core.tar.TarEntry;
import dev.varve.core.tar.TarReader;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * An image's layers squashed into one tree. Contents are spooled to files in a scratch directory,
 * which take at most the layers' uncompressed size. Every layer's digest, size and diffID is
 * verified. The contents can be read until the tree is closed.
 */
public final class LayeredTree implements Closeable {
  private final List<Spool> spools = new ArrayList<>();
  private final FileTree tree;
  private final int[] origins;
  private final List<Long> tarSizes;
  private final List<HiddenFile> hidden;

  private LayeredTree(
      ImageSource image, IntPredicate selected, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    boolean read = false;
    try {
      List<Layer> parsed = readLayers(image, selected, scratch, progress, limits);
      FileTree.Builder squashed = new FileTree.Builder();
      LayerNotices notices = new LayerNotices();
      List<HiddenFile> replaced = new ArrayList<>();
      for (Layer layer : parsed) {
        UnpackedLayer.Oddities oddities = layer.applyTo(squashed);
        notices.add(oddities);
        replaced.addAll(oddities.hidden());
      }
      hidden = List.copyOf(replaced);
      tree = squashed.build();
      notices.report(image.reference(), tree, progress);
      origins = origins(tree, parsed);
      tarSizes = parsed.stream().map(Layer::tarSize).toList();
      read = true;
    } finally {
      if (!read) {
        close();
      }
    }
  }

  /**
   * Reads an image.
   *
   * @param scratch a directory that the caller owns, and deletes afterwards
   */
  public static LayeredTree read(ImageSource image, Path scratch, Progress progress)
      throws IOException {
    return read(image, scratch, progress, LayerLimits.DEFAULT);
  }

  /**
   * Reads an image within limits.
   *
   * @param scratch a directory that the caller owns, and deletes afterwards
   */
  public static LayeredTree read(
      ImageSource image, Path scratch, Progress progress, LayerLimits limits) throws IOException {
    return read(image, layer -> true, scratch, progress, limits);
  }

  /**
   * Reads some layers of an image within limits, as if the others were empty.
   *
   * @param selected tells by a layer's index, from 0 for the lowest, whether the layer is read
   * @param scratch a directory that the caller owns, and deletes afterwards
   */
  public static LayeredTree read(
      ImageSource image, IntPredicate selected, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    image.manifest().requireImage(image.reference());
    return new LayeredTree(image, selected, scratch, progress, limits);
  }

  /**
   * Checks that a layer to be published can be read again.
   *
   * @param open opens the layer's blob; this method closes the stream
   * @param scratch the caller's directory for temporary files
   * @throws IOException if the layer can't be read within the limits
   */
  public static void requireReadable(
      Descriptor blob,
      Digest diffId,
      IoFunction<Descriptor, InputStream> open,
      Path scratch,
      LayerLimits limits)
      throws IOException {
    Allowance allowance = new Allowance(limits.memory(), limits.size(List.of(blob)));
    Layer layer = new Layer("layer " + blob.digest(), allowance);
    try (Spool spool = new Spool(scratch.resolve(blob.digest().hex() + ".spool"));
        InputStream in = open.apply(blob)) {
      Spool.Appender contents = spool.appender(SpoolBudget.NONE, blob.size());
      readLayer(layer, in, diffId, contents, limits.contents(blob.size()), allowance);
    }
  }

  /** Returns the image's files. */
  public FileTree tree() {
    return tree;
  }

  /**
   * Returns the layer of each entry of {@link #tree}, in the order of its entries: the layer's
   * index, from 0 for the lowest; -1 for a directory, which several layers may have.
   */
  public int[] origins() {
    return origins.clone();
  }

  /** The lengths of the layers' uncompressed tars in bytes, lowest layer first. */
  public List<Long> tarSizes() {
    return tarSizes;
  }

  /** The files of layers that later layers replace or remove, lowest first. */
  public List<HiddenFile> hidden() {
    return hidden;
  }

  private static int[] origins(FileTree tree, List<Layer> layers) {
    int[] origins = new int[tree.entries().size()];
    Arrays.fill(origins, -1);
    for (int layer = 0; layer < layers.size(); layer++) {
      for (String path : layers.get(layer).files()) {
        int i = tree.indexOf(path);
        if (i >= 0 && !tree.entries().get(i).inode().isDirectory()) {
          origins[i] = layer;
        }
      }
    }
    return origins;
  }

  private List<Layer> readLayers(
      ImageSource image, IntPredicate selected, Path scratch, Progress progress, LayerLimits limits)
      throws IOException {
    List<Descriptor> blobs = image.manifest().layers();
    List<Digest> diffIds = image.config().diffIds();
    if (diffIds.size() != blobs.size()) {
      throw new MalformedLayerException(
          "reading "
              + image.reference()
              + ": expected one diffID for each layer, got "
              + Quantity.of(blobs.size(), "layer")
              + " and "
              + Quantity.of(diffIds.size(), "diffID"));
    }
    for (Descriptor blob : blobs) {
      requireReadable(blob, image);
    }
    for (int i = 0; i < blobs.size(); i++) {
      spools.add(new Spool(scratch.resolve("layer-" + i + ".spool")));
    }
    int[] read = IntStream.range(0, blobs.size()).filter(selected).toArray();
    progress.begin(
        "reading " + Quantity.of(read.length, "layer") + " of " + image.reference(),
        Arrays.stream(read).mapToLong(i -> blobs.get(i).size()).sum());
    Allowance allowance = new Allowance(limits.memory(), limits.size(blobs));
    SpoolBudget budget = SpoolBudget.of(scratch, Arrays.stream(read).mapToObj(blobs::get).toList());
    return Parallel.map(
        IntStream.range(0, blobs.size()).boxed().toList(),
        i -> {
          Descriptor blob = blobs.get(i);
          Layer layer = new Layer("layer " + blob.digest() + of(image), allowance);
          if (!selected.test(i)) {
            return layer;
          }
          try (InputStream in = new Counted(image.open(blob), progress)) {
            Spool.Appender contents = spools.get(i).appender(budget, blob.size());
            readLayer(layer, in, diffIds.get(i), contents, limits.contents(blob.size()), allowance);
          }
          return layer;
        });
  }

  private static String of(ImageSource image) {
    return " of " + image.reference();
  }

  private static void requireReadable(Descriptor blob, ImageSource image)
      throws MalformedLayerException {
    if (!MediaTypes.isLayer(blob.mediaType())) {
      throw new MalformedLayerException(
          "reading layer "
              + blob.digest()
              + of(image)
              + ": media type "
              + blob.mediaType()
              + " is not supported; expected a tar, plain or compressed by gzip or zstd");
    }
  }

  /** Reads a layer, and closes {@code contents}. */
  private static void readLayer(
      Layer layer,
      InputStream blob,
      Digest diffId,
      Spool.Appender contents,
      long most,
      Allowance allowance)
      throws IOException {
    String name = layer.name();
    try (contents;
        Bounded plain = new Bounded(Decompression.open(blob, name), name, allowance);
        DigestInputStream hashed = new DigestInputStream(plain, diffId.algorithm().newHash())) {
      TarReader tar = new TarReader(hashed, name);
      for (var next = tar.next(); next.isPresent(); next = tar.next()) {
        TarEntry entry = next.get();
        if (entry.type() == TarEntry.Type.FILE) {
          allowance.file(entry.size(), name); // a small tar can have large holes
          layer.add(entry, contents.append(tar.body(), () -> requireSane(contents, most, name)));
        } else {
          layer.add(entry);
        }
      }
      drain(hashed);
      drain(blob); // the blob's digest includes bytes after the compressed stream
      Digest got = Digest.of(hashed.getMessageDigest());
      if (!got.equals(diffId)) {
        throw new MalformedLayerException(
            "reading " + name + ": expected diffID " + diffId + ", got " + got);
      }
      layer.tarSize(plain.count);
    }
  }

  /** Stops a decompression bomb before it fills the disk. */
  private static void requireSane(Spool.Appender contents, long most, String name)
      throws MalformedLayerException {
    if (contents.counted() > most) {
      throw LayerLimits.bomb(name, "its files take", most);
    }
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int n;
    do {
      n = in.read(buffer);
    } while (n > 0);
  }

  @Override
  public void close() {
    for (Spool spool : spools) {
      spool.close();
    }
  }

  /** Reports the compressed bytes read to the progress. */
  private static final class Counted extends FilterInputStream {
    private final Progress progress;

    Counted(InputStream in, Progress progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      progress.advance(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      progress.advance(Math.max(n, 0));
      return n;
    }
  }

  /** Counts a tar's bytes, and stops above the limit. */
  private static final class Bounded extends FilterInputStream {
    private final String name;
    private final Allowance allowance;
    private long count;

    Bounded(InputStream in, String name, Allowance allowance) {
      super(in);
      this.name = name;
      this.allowance = allowance;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count += Math.max(n, 0);
      allowance.unpack(Math.max(n, 0), name);
      return n;
    }
  }
}
