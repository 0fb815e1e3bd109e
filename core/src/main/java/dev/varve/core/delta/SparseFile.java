package dev.varve.core.delta;

import dev.varve.core.bytes.ScratchFile;
import dev.varve.core.filetree.LayerLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a scratch file whose zeros take no space, as far as they come in long runs. */
final class SparseFile {
  private static final byte[] ZEROS = new byte[1 << 16];

  private final FileChannel channel;
  private final Path file;
  private final long most;
  private final String name;
  private long position;
  private long stored;

  /**
   * Starts at the beginning of an empty file.
   *
   * @param file the path of the channel's file, for error messages
   * @param most the limit on the bytes that are not left out
   * @param name the layer, for error messages
   */
  SparseFile(FileChannel channel, Path file, long most, String name) {
    this.channel = channel;
    this.file = file;
    this.most = most;
    this.name = name;
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int n = Math.min(ZEROS.length, length - done);
      int from = offset + done;
      if (!Arrays.equals(bytes, from, from + n, ZEROS, 0, n)) {
        stored += n;
        if (stored > most) {
          throw LayerLimits.bomb(name, "its tar takes", most);
        }
        write(ByteBuffer.wrap(bytes, from, n));
      }
      position += n;
      done += n;
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    try {
      for (long at = position; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw explained(e);
    }
  }

  private IOException explained(IOException failure) {
    return ScratchFile.explain("unpacking " + name + " into " + file, file, failure);
  }

  /** Leaves out zeros. */
  void skip(long length) {
    position += length;
  }

  /** Returns the number of bytes written and left out. */
  long position() {
    return position;
  }

  /** Gives the file its length if it ends with zeros that were left out. */
  void finish() throws IOException {
    try {
      if (position > channel.size()) {
        channel.write(ByteBuffer.wrap(new byte[1]), position - 1);
      }
    } catch (IOException e) {
      throw explained(e);
    }
  }
}
