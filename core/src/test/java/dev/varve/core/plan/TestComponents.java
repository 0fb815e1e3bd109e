package dev.varve.core.plan;

import static dev.varve.core.plan.TestTree.digest;

import dev.varve.core.image.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Makes components for tests of plans, and changes components from build to build. */
final class TestComponents {
  static final long DAY = 86_400;
  static final long NOW = 20_000 * DAY;
  static final long MB = 1_000_000;

  private TestComponents() {}

  static List<Component> randomComponents(Random random, int count, int dedicated) {
    return IntStream.range(0, count)
        .mapToObj(i -> randomComponent(random, "c" + i, i < dedicated, NOW))
        .toList();
  }

  static Component randomComponent(Random random, String name, boolean dedicated, long now) {
    List<Long> times =
        random
            .ints(random.nextInt(4) * (long) random.nextInt(10), 0, 400)
            .mapToObj(ago -> now - ago * DAY)
            .toList();
    return new Component(
        name,
        List.of(),
        1L << (10 + random.nextInt(16)),
        digest(name),
        times,
        random.nextInt(10) == 0 ? OptionalDouble.of(7) : OptionalDouble.empty(),
        dedicated);
  }

  /**
   * Changes some components, more likely those with a longer changelog, and sometimes adds or
   * removes one.
   */
  static List<Component> nextBuild(
      List<Component> components, Random random, int build, long date) {
    Map<String, Component> next = new TreeMap<>();
    for (Component component : components) {
      boolean changes = random.nextInt(200) < 5 + 2 * component.changelogTimes().size();
      if (random.nextInt(60) > 0) {
        next.put(component.name(), changes ? changed(component) : component);
      }
    }
    if (random.nextBoolean()) {
      String name = "new" + build;
      next.put(name, randomComponent(random, name, random.nextInt(20) == 0, date));
    }
    return List.copyOf(next.values());
  }

  static List<Component> replace(List<Component> components, Component replacement) {
    return components.stream()
        .map(c -> c.name().equals(replacement.name()) ? replacement : c)
        .toList();
  }

  static Component changed(Component before) {
    return new Component(
        before.name(),
        before.entries(),
        before.size(),
        digest(before.hash().hex()),
        before.changelogTimes(),
        before.interval(),
        before.dedicated());
  }

  static Component component(String name) {
    return component(name, MB);
  }

  static Component component(String name, long size, Long... times) {
    return new Component(
        name, List.of(), size, digest(name), List.of(times), OptionalDouble.empty(), false);
  }

  static Component ofSource(String source, String name, Long... times) {
    return new Component(
        name,
        List.of(),
        MB,
        digest(name),
        List.of(times),
        OptionalDouble.empty(),
        false,
        source,
        Optional.empty());
  }

  static Component interval(String name, double days) {
    return new Component(
        name, List.of(), MB, digest(name), List.of(), OptionalDouble.of(days), false);
  }

  static Component dedicated(String name) {
    return dedicated(name, digest(name));
  }

  static Component dedicated(String name, Digest hash) {
    return new Component(name, List.of(), 20 * MB, hash, List.of(), OptionalDouble.empty(), true);
  }
}
