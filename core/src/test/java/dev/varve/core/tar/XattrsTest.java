package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class XattrsTest {
  private static final Xattrs TWO =
      Xattrs.of(Map.of("user.b", new byte[] {1, -1}, "user.a", new byte[0]));

  @Test
  void namesAreSorted() {
    assertThat(TWO.names()).containsExactly("user.a", "user.b");
    assertThat(TWO).hasToString("{user.a=, user.b=01ff}");
  }

  @Test
  void equalByContent() {
    assertThat(Xattrs.EMPTY.with("user.a", new byte[0]).with("user.b", new byte[] {1, -1}))
        .isEqualTo(TWO)
        .hasSameHashCodeAs(TWO);
    assertThat(TWO.with("user.b", new byte[] {1, 1})).isNotEqualTo(TWO);
    assertThat(TWO.with("user.c", new byte[0])).isNotEqualTo(TWO);
  }

  @Test
  void nothingIsOneObject() {
    assertThat(Xattrs.of(Map.of())).isSameAs(Xattrs.EMPTY);
    assertThat(TWO.without(name -> true)).isSameAs(Xattrs.EMPTY);
    assertThat(TWO.without(name -> false)).isSameAs(TWO);
    assertThat(Xattrs.EMPTY.isEmpty()).isTrue();
    assertThat(TWO.isEmpty()).isFalse();
  }

  @Test
  void someCanBeLeftOut() {
    assertThat(TWO.without("user.b"::equals).names()).containsExactly("user.a");
    assertThat(TWO.names()).hasSize(2);
  }

  @Test
  void valuesCannotBeChangedFromOutside() {
    byte[] value = {1};
    Xattrs xattrs = Xattrs.of(Map.of("user.a", value));
    value[0] = 2;
    xattrs.get("user.a").orElseThrow()[0] = 3;
    assertThat(xattrs.get("user.a").orElseThrow()).containsExactly(1);
    assertThat(xattrs.get("user.b")).isEmpty();
  }

  @Test
  void namesMustBeNames() {
    assertThatThrownBy(() -> Xattrs.EMPTY.with("", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an extended attribute can't be named ''");
    assertThatThrownBy(() -> Xattrs.EMPTY.with("a\0b", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an extended attribute can't be named 'a?b'");
  }
}
