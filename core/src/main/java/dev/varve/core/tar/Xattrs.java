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
 * A file's extended attributes: a map from names, sorted, to bytes. Immutable; compared by content.
 * Small in memory, because an image has hundreds of thousands of files, nearly all with {@link
 * #EMPTY}.
 *
 * <p>Names include the namespace (<code>user.component</code>) and are {@link
 * dev.varve.core.bytes.LosslessUtf8}. Values are copied when they are stored and when they are
 * returned.
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
   * Returns the attributes of a map.
   *
   * @param attributes names to values
   * @return {@link #EMPTY} if the map is empty
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
            "an extended attribute can't be named '" + ErrorLocation.printable(name) + "'");
      }
      values[i++] = attribute.getValue().clone();
    }
    return new Xattrs(List.copyOf(sorted.keySet()), values);
  }

  /**
   * Whether the file has no attributes.
   *
   * @return true for {@link #EMPTY} only
   */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * The names of the attributes.
   *
   * @return a sorted, immutable list
   */
  public List<String> names() {
    return names;
  }

  /**
   * Returns an attribute's value.
   *
   * @param name the name with its namespace, such as <code>security.capability</code>
   * @return a copy of the value, which may have no bytes; empty if the attribute is missing
   */
  public Optional<byte[]> get(String name) {
    int i = Collections.binarySearch(names, name);
    return i < 0 ? Optional.empty() : Optional.of(values[i].clone());
  }

  /**
   * Returns a copy with one attribute added or replaced.
   *
   * @param name the name with its namespace
   * @param value its new value
   * @return the new attributes
   * @throws IllegalArgumentException if the name is empty or holds a NUL
   */
  public Xattrs with(String name, byte[] value) {
    SortedMap<String, byte[]> attributes = toMap();
    attributes.put(name, value);
    return of(attributes);
  }

  /**
   * Returns a copy without the attributes whose names match.
   *
   * @param dropped matches the names to leave out
   * @return the remaining attributes; this object if no name matches
   */
  public Xattrs without(Predicate<String> dropped) {
    if (names.stream().noneMatch(dropped)) {
      return this;
    }
    SortedMap<String, byte[]> attributes = toMap();
    attributes.keySet().removeIf(dropped);
    return of(attributes);
  }

  /** The value of the i-th name in {@link #names}, not copied; the caller must not modify it. */
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

  /** Names with their values in hex: {@code {user.component=626173683a}}. */
  @Override
  public String toString() {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      shown.add(ErrorLocation.printable(names.get(i)) + "=" + HexFormat.of().formatHex(values[i]));
    }
    return "{" + String.join(", ", shown) + "}";
  }
}
