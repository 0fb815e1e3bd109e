package dev.varve.core.delta;

import dev.varve.core.bytes.FileInput;
import dev.varve.core.bytes.ScratchFile;
import dev.varve.core.delta.Delta.LayerDelta;
import dev.varve.core.delta.UnpackedTar.Body;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.image.BlobSource;
import dev.varve.core.image.Descriptor;
import dev.varve.core.tardiff.TarDiffReader;
import dev.varve.core.tardiff.TarDiffVisitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files of a layer cost in a delta. The bytes are counted before compression: a layer's
 * operations are compressed as one stream.
 *
 * @param layer the layer's delta
 * @param files the regular files, in the order of the layer's tar; empty if the delta has the layer
 *     as it was published
 * @param other the bytes of headers and padding, all of which the delta contains
 */
public record DeltaContents(LayerDelta layer, List<FileDelta> files, long other) {
  /** The approximate memory of a part, in bytes. */
  private static final long PART = 64;

  /** Copies the list. */
  public DeltaContents {
    files = List.copyOf(files);
  }

  /**
   * How a file is built.
   *
   * @param path the path, in the form of {@link dev.varve.core.filetree.FileTree}
   * @param source the file of the old image; empty if there is none
   * @param kept the bytes that are as in the source
   * @param patched the bytes that differ from the source's
   * @param fresh the bytes that the delta contains as they are
   */
  public record FileDelta(String path, String source, long kept, long patched, long fresh) {
    /** The size of the file in bytes. */
    public long size() {
      return kept + patched + fresh;
    }
  }

  /**
   * Reads the delta of a layer; the old image is not needed.
   *
   * @param published the layer's blob in the new image
   * @param blobs where the delta's blobs are
   * @param scratch a directory for temporary files
   */
  public static DeltaContents of(
      LayerDelta layer, Descriptor published, BlobSource blobs, Path scratch, LayerLimits limits)
      throws IOException {
    if (!layer.isTarDiff()) {
      return new DeltaContents(layer, List.of(), 0);
    }
    String name = "tar-diff " + layer.blob().digest();
    Path file = scratch.resolve(layer.blob().digest().hex() + ".outline");
    try (FileChannel channel = ScratchFile.create(file)) {
      Outline outline =
          new Outline(
              new SparseFile(channel, file, limits.contents(published.size()), name),
              limits.memory() / PART);
      try (InputStream diff = blobs.open(layer.blob())) {
        TarDiffReader.visit(diff, name, outline, limits.size(List.of(published)));
      }
      outline.tar.finish();
      channel.position(0);
      InputStream tar = FileInput.of(Channels.newInputStream(channel), file);
      List<Body> bodies = UnpackedTar.bodies(tar, name, limits.memory());
      return outline.contents(layer, bodies);
    }
  }

  /** A part of the tar that is made in one way. */
  private record Part(long offset, long size, String source, long changed) {
    boolean isFresh() {
      return source.isEmpty();
    }
  }

  /** Writes the tar with zeros for contents of source files, and keeps its parts. */
  private static final class Outline implements TarDiffVisitor {
    private final SparseFile tar;
    private final long mostParts;
    private final List<Part> parts = new ArrayList<>();
    private String source = "";

    Outline(SparseFile tar, long mostParts) {
      this.tar = tar;
      this.mostParts = mostParts;
    }

    @Override
    public void data(byte[] bytes, int length) throws IOException {
      add(length, "", 0);
      tar.write(bytes, 0, length);
    }

    @Override
    public void source(String path) {
      source = path;
    }

    @Override
    public void made(long size, long changed) throws IOException {
      add(size, source, changed);
      tar.skip(size);
    }

    /** Adds a part, or makes the last one longer if it has the same source. */
    private void add(long size, String from, long changed) throws IOException {
      int last = parts.size() - 1;
      if (size == 0) {
        return;
      }
      if (last >= 0 && parts.get(last).source().equals(from)) {
        Part part = parts.get(last);
        parts.set(
            last, new Part(part.offset(), part.size() + size, from, part.changed() + changed));
        return;
      }
      if (parts.size() >= mostParts) {
        throw new IOException(
            "describing a tar-diff: expected at most " + mostParts + " parts, got more");
      }
      parts.add(new Part(tar.position(), size, from, changed));
    }

    DeltaContents contents(LayerDelta layer, List<Body> bodies) {
      List<FileDelta> files = new ArrayList<>();
      int next = 0;
      long fresh = 0;
      for (Body body : bodies) {
        while (next < parts.size() && end(parts.get(next)) <= body.offset()) {
          next++;
        }
        FileDelta file = file(body, next);
        fresh += file.fresh();
        files.add(file);
      }
      long data = parts.stream().filter(Part::isFresh).mapToLong(Part::size).sum();
      return new DeltaContents(layer, files, data - fresh);
    }

    private FileDelta file(Body body, int first) {
      String from = "";
      long patched = 0;
      long fresh = 0;
      long end = body.offset() + body.size();
      for (int i = first; i < parts.size() && parts.get(i).offset() < end; i++) {
        Part part = parts.get(i);
        if (part.isFresh()) {
          fresh += Math.min(end, end(part)) - Math.max(body.offset(), part.offset());
        } else {
          from = part.source();
          patched += part.changed();
        }
      }
      // A part may go beyond the content, if the delta is made by others.
      patched = Math.min(patched, body.size() - fresh);
      return new FileDelta(body.path(), from, body.size() - patched - fresh, patched, fresh);
    }

    private static long end(Part part) {
      return part.offset() + part.size();
    }
  }
}
