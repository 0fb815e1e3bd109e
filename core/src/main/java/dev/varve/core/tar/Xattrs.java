package dev.varve.core.tar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A file's extended attributes: names, sorted, to bytes. Immutable, equal by content; small,
 * because an image has hundreds of thousands of files, nearly all of them with {@link #EMPTY}.
 *
 * <p>Names are whole (<code>user.component</code>) and {@link dev.varve.core.bytes.LosslessUtf8}.
 * Values are copied on their way in and out.
 */
public final class Xattrs {
  /** No attributes. The only empty instance. */
  public static final Xattrs EMPTY = new Xattrs(List.of(), new byte[0][]);

  private final List<String> names;
  private final byte[][] values;

  private Xattrs(List<String> names, byte[][] values) {
    this.names = names;
    this.values = values;
  }

  /**
   * The attributes of a map.
   *
   * @param attributes names to values
   * @return {@link #EMPTY} if the map is
   * @throws IllegalArgumentException if a name is empty or holds a NUL
   */
  public static Xattrs of(Map<String, byte[]> attributes) {
    if (attributes.isEmpty()) {
      return EMPTY;
    }
    SortedMap<String, byte[]> sorted = new TreeMap<>(attributes);
    byte[][] values = new byte[sorted.size()][];
    int i = 0;
    for (Map.Entry<String, byte[]> attribute : sorted.entrySet()) {
      String name = attribute.getKey();
      if (name.isEmpty() || name.indexOf(0) >= 0) {
        throw new IllegalArgumentException(
            "an extended attribute can't be named '" + Where.printable(name) + "'");
      }
      values[i++] = attribute.getValue().clone();
    }
    return new Xattrs(List.copyOf(sorted.keySet()), values);
  }

  /**
   * Whether there are none.
   *
   * @return true of {@link #EMPTY} alone
   */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * The names.
   *
   * @return sorted, immutable
   */
  public List<String> names() {
    return names;
  }

  /**
   * An attribute's value.
   *
   * @param name the whole name, such as <code>security.capability</code>
   * @return a copy of the value, which may have no bytes; nothing if there is no such attribute
   */
  public Optional<byte[]> get(String name) {
    int i = Collections.binarySearch(names, name);
    return i < 0 ? Optional.empty() : Optional.of(values[i].clone());
  }

  /**
   * These, with one more or one replaced.
   *
   * @param name the whole name
   * @param value its new value
   * @return the new attributes; these are unchanged
   * @throws IllegalArgumentException if the name is empty or holds a NUL
   */
  public Xattrs with(String name, byte[] value) {
    SortedMap<String, byte[]> attributes = toMap();
    attributes.put(name, value);
    return of(attributes);
  }

  /**
   * These, less some.
   *
   * @param dropped which names to leave out
   * @return what is left; this very object if nothing is left out
   */
  public Xattrs without(Predicate<String> dropped) {
    if (names.stream().noneMatch(dropped)) {
      return this;
    }
    SortedMap<String, byte[]> attributes = toMap();
    attributes.keySet().removeIf(dropped);
    return of(attributes);
  }

  /** The value of the i-th of {@link #names}, not to be written to. */
  byte[] value(int i) {
    return values[i];
  }

  private SortedMap<String, byte[]> toMap() {
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      attributes.put(names.get(i), values[i]);
    }
    return attributes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Xattrs that
        && names.equals(that.names)
        && Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + Arrays.deepHashCode(values);
  }

  /** Names and values, in hex: {@code {user.component=626173683a}}. */
  @Override
  public String toString() {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      shown.add(Where.printable(names.get(i)) + "=" + HexFormat.of().formatHex(values[i]));
    }
    return "{" + String.join(", ", shown) + "}";
  }
}
