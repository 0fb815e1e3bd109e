package dev.varve.core.boot;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the kernel command lines of a unified kernel image: its {@code .cmdline} sections, of which
 * an image with several profiles has several. Reads the file once, from its beginning, with limited
 * memory even for a malicious file.
 *
 * @see <a href="https://uapi-group.org/specifications/specs/unified_kernel_image/">UAPI: unified
 *     kernel images</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/debug/pe-format">PE format</a>
 */
final class CommandLines {
  private static final int DOS_HEADER = 64;
  private static final int PE_OFFSET_FIELD = 60;
  private static final int COFF_HEADER = 24;
  private static final int SECTION_HEADER = 40;
  private static final int NAME = 8;

  /** The largest offset of the PE header; firmware starts no program with a later one. */
  private static final int MAX_PE_OFFSET = 1 << 20;

  /** Windows's limit on sections; a kernel image has about ten. */
  private static final int MAX_SECTIONS = 96;

  /** The longest command line read; Linux's limit on machines with EFI is 4 KiB. */
  private static final int MAX_LENGTH = 64 << 10;

  private final InputStream in;
  private final List<String> found = new ArrayList<>();

  /** The number of bytes that are read or skipped. */
  private long at;

  private CommandLines(InputStream in) {
    this.in = in;
  }

  /** A section's place in the file. */
  private record Section(long offset, int length) {}

  /**
   * Reads all command lines.
   *
   * @param in the file from its beginning; not closed
   * @return empty if the file is not a PE file or has no such section; of a truncated file, the
   *     command lines before its end
   */
  static List<String> read(InputStream in) throws IOException {
    CommandLines lines = new CommandLines(in);
    try {
      lines.readTexts(lines.sections());
    } catch (EOFException e) {
      // The file is truncated; return the sections found so far.
    }
    return lines.found;
  }

  /** Reads the headers, up to the end of the last section's; empty if the file is no PE file. */
  private List<Section> sections() throws IOException {
    List<Section> sections = new ArrayList<>();
    int count = skipToSectionHeaders();
    for (int i = 0; i < Math.min(count, MAX_SECTIONS); i++) {
      ByteBuffer header = next(SECTION_HEADER);
      if (name(header).equals(".cmdline")) {
        sections.add(section(header));
      }
    }
    return sections;
  }

  /** Returns the number of sections; 0 if the file is no PE file. */
  private int skipToSectionHeaders() throws IOException {
    ByteBuffer dos = next(DOS_HEADER);
    int peOffset = dos.getInt(PE_OFFSET_FIELD);
    if (dos.get(0) != 'M' || dos.get(1) != 'Z') {
      return 0;
    }
    if (peOffset < DOS_HEADER || peOffset > MAX_PE_OFFSET) {
      return 0;
    }
    skipTo(peOffset);
    ByteBuffer coff = next(COFF_HEADER);
    if (coff.getInt(0) != 0x00004550) { // "PE", zero, zero
      return 0;
    }
    int optionalHeader = Short.toUnsignedInt(coff.getShort(20));
    skipTo(at + optionalHeader);
    return Short.toUnsignedInt(coff.getShort(6));
  }

  private void readTexts(List<Section> sections) throws IOException {
    sections.sort(Comparator.comparing(Section::offset));
    for (Section section : sections) {
      if (section.offset() >= at) { // overlapping sections are malformed
        skipTo(section.offset());
        byte[] text = in.readNBytes(section.length());
        at += section.length();
        found.add(new String(text, StandardCharsets.UTF_8));
      }
    }
  }

  private static String name(ByteBuffer header) {
    byte[] name = new byte[NAME];
    header.get(0, name);
    return new String(name, StandardCharsets.ISO_8859_1).replaceAll("\0+$", "");
  }

  /** Returns a section without the padding that follows its content in the file. */
  private static Section section(ByteBuffer header) {
    long virtualSize = Integer.toUnsignedLong(header.getInt(8));
    long rawSize = Integer.toUnsignedLong(header.getInt(16));
    long offset = Integer.toUnsignedLong(header.getInt(20));
    return new Section(offset, (int) Math.min(MAX_LENGTH, Math.min(virtualSize, rawSize)));
  }

  private void skipTo(long offset) throws IOException {
    in.skipNBytes(offset - at);
    at = offset;
  }

  private ByteBuffer next(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    at += length;
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
