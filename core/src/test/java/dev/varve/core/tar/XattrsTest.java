package dev.varve.core.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class XattrsTest {
  private static final Xattrs TWO_XATTRS =
      Xattrs.of(Map.of("user.b", new byte[] {1, -1}, "user.a", new byte[0]));

  @Test
  void namesAreSorted() {
    assertThat(TWO_XATTRS.names()).containsExactly("user.a", "user.b");
    assertThat(TWO_XATTRS).hasToString("{user.a=, user.b=01ff}");
  }

  @Test
  void xattrsWithEqualContentAreEqual() {
    assertThat(Xattrs.EMPTY.with("user.a", new byte[0]).with("user.b", new byte[] {1, -1}))
        .isEqualTo(TWO_XATTRS)
        .hasSameHashCodeAs(TWO_XATTRS);
    assertThat(TWO_XATTRS.with("user.b", new byte[] {1, 1})).isNotEqualTo(TWO_XATTRS);
    assertThat(TWO_XATTRS.with("user.c", new byte[0])).isNotEqualTo(TWO_XATTRS);
  }

  @Test
  void emptyXattrsAreOneObject() {
    assertThat(Xattrs.of(Map.of())).isSameAs(Xattrs.EMPTY);
    assertThat(TWO_XATTRS.without(name -> true)).isSameAs(Xattrs.EMPTY);
    assertThat(TWO_XATTRS.without(name -> false)).isSameAs(TWO_XATTRS);
    assertThat(Xattrs.EMPTY.isEmpty()).isTrue();
    assertThat(TWO_XATTRS.isEmpty()).isFalse();
  }

  @Test
  void attributesCanBeRemovedByName() {
    assertThat(TWO_XATTRS.without("user.b"::equals).names()).containsExactly("user.a");
    assertThat(TWO_XATTRS.names()).hasSize(2);
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
  void emptyNamesAndNamesWithANulAreRefused() {
    assertThatThrownBy(() -> Xattrs.EMPTY.with("", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an extended attribute can't be named ''");
    assertThatThrownBy(() -> Xattrs.EMPTY.with("a\0b", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an extended attribute can't be named 'a?b'");
  }
}
