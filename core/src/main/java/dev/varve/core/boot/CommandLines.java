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
 * Reads the kernel command lines that a unified kernel image carries: the contents of its {@code
 * .cmdline} sections, of which one with several profiles has several. Takes little memory whatever
 * the file says, and reads it once, from its beginning.
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

  /** Headers come first; what begins later than this is no program that firmware would start. */
  private static final int MAX_PE_OFFSET = 1 << 20;

  /** As many sections as Windows loads; a kernel image has about ten. */
  private static final int MAX_SECTIONS = 96;

  /** Linux takes 4 KiB at the most, on any machine with EFI. */
  private static final int MAX_LENGTH = 64 << 10;

  private CommandLines() {}

  /** Where a section's bytes are in the file. */
  private record Section(long offset, int length) {}

  /**
   * Reads them.
   *
   * @param in from the file's beginning; stays open
   * @return none if the file is no PE file, is cut off, or has no such section
   */
  static List<String> read(InputStream in) throws IOException {
    List<String> found = new ArrayList<>();
    try {
      ByteBuffer dos = next(in, DOS_HEADER);
      int peOffset = dos.getInt(PE_OFFSET_FIELD);
      if (dos.get(0) != 'M' || dos.get(1) != 'Z') {
        return found;
      }
      if (peOffset < DOS_HEADER || peOffset > MAX_PE_OFFSET) {
        return found;
      }
      in.skipNBytes(peOffset - DOS_HEADER);
      ByteBuffer coff = next(in, COFF_HEADER);
      if (coff.getInt(0) != 0x00004550) { // "PE", zero, zero
        return found;
      }
      int count = Short.toUnsignedInt(coff.getShort(6));
      int optionalHeader = Short.toUnsignedInt(coff.getShort(20));
      in.skipNBytes(optionalHeader);
      long at = (long) peOffset + COFF_HEADER + optionalHeader;
      List<Section> sections = new ArrayList<>();
      for (int i = 0; i < Math.min(count, MAX_SECTIONS); i++) {
        ByteBuffer header = next(in, SECTION_HEADER);
        at += SECTION_HEADER;
        if (name(header).equals(".cmdline")) {
          sections.add(section(header));
        }
      }
      sections.sort(Comparator.comparing(Section::offset));
      for (Section section : sections) {
        if (section.offset() >= at) { // sections that overlap are nobody's command line
          in.skipNBytes(section.offset() - at);
          byte[] text = in.readNBytes(section.length());
          at = section.offset() + section.length();
          found.add(new String(text, StandardCharsets.UTF_8));
        }
      }
    } catch (EOFException e) {
      // Cut off: what was found until then is there.
    }
    return found;
  }

  private static String name(ByteBuffer header) {
    byte[] name = new byte[NAME];
    header.get(0, name);
    return new String(name, StandardCharsets.ISO_8859_1).replaceAll("\0+$", "");
  }

  /** The memory that a section takes may end before its bytes in the file, which are padded. */
  private static Section section(ByteBuffer header) {
    long virtualSize = Integer.toUnsignedLong(header.getInt(8));
    long rawSize = Integer.toUnsignedLong(header.getInt(16));
    long offset = Integer.toUnsignedLong(header.getInt(20));
    return new Section(offset, (int) Math.min(MAX_LENGTH, Math.min(virtualSize, rawSize)));
  }

  private static ByteBuffer next(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
