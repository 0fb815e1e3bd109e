package dev.varve.core.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Divides tokens into blocks: where the statistics change, so that each block has the codes that
 * suit it. Tokens come in chunks. One that is clearly smaller with codes of its own ends the block
 * before it, and begins the next.
 */
final class Blocks {
  private static final int CHUNK = 1 << 11;
  private static final int LONGEST_BLOCK = 1 << 15;

  /** What a block of its own must save: about the size of a description of codes, in bits. */
  private static final int LEAST_SAVING = 640;

  private final DeflateWindow window;
  private final BitOutput out;
  private final BlockWriter writer;

  /** The current block's chunks, and behind them the chunk that is being filled. */
  private final int[] tokens = new int[LONGEST_BLOCK + CHUNK + Parser.STEP_TOKENS];

  private int size;
  private int chunk;
  private long blockPosition;
  private long chunkPosition;
  private final SymbolCounts blockCounts = new SymbolCounts();
  private final SymbolCounts chunkCounts = new SymbolCounts();
  private final SymbolCounts both = new SymbolCounts();

  Blocks(DeflateWindow window, OutputStream out) {
    this.window = window;
    this.out = new BitOutput(out);
    writer = new BlockWriter(this.out);
    blockPosition = window.position();
    chunkPosition = blockPosition;
  }

  /** Lets a parser fill the chunk, up to an index in the window, and ends it if it is full. */
  void parse(Parser parser, int stop) throws IOException {
    size = parser.parse(stop, tokens, size, chunk + CHUNK);
    if (size >= chunk + CHUNK) {
      endChunk();
    }
  }

  /** Writes everything, with the end of the stream. */
  void finish() throws IOException {
    endChunk();
    write(true);
    out.align();
    out.flush();
  }

  private void endChunk() throws IOException {
    chunkCounts.clear();
    chunkCounts.add(tokens, chunk, size);
    if (chunk > 0 && (size > LONGEST_BLOCK || isBetterAlone())) {
      write(false);
    }
    blockCounts.add(chunkCounts);
    chunk = size;
    chunkPosition = window.position();
  }

  private boolean isBetterAlone() {
    both.clear();
    both.add(blockCounts);
    both.add(chunkCounts);
    long saving = both.entropy() - blockCounts.entropy() - chunkCounts.entropy();
    return saving > (long) LEAST_SAVING * SymbolCounts.FRACTIONS;
  }

  /** Writes the block, and makes the chunk behind it the first of the next. */
  private void write(boolean last) throws IOException {
    long length = chunkPosition - blockPosition;
    if (length <= BlockWriter.MOST_STORED && window.contains(blockPosition)) {
      int offset = window.index(blockPosition);
      writer.write(tokens, chunk, blockCounts, last, window.bytes(), offset, (int) length);
    } else {
      writer.write(tokens, chunk, blockCounts, last);
    }
    size -= chunk;
    System.arraycopy(tokens, chunk, tokens, 0, size);
    chunk = 0;
    blockPosition = chunkPosition;
    blockCounts.clear();
  }
}
