package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BytePairEncoderTest {
  private static final int[] BYTES = IntStream.range(0, 256).toArray();

  @Test
  void merges_the_lowest_rank_first() {
    MergeTable merges = new MergeTable(2);
    merges.add('b', 'c', 256);
    merges.add('a', 'b', 257);

    assertThat(encode(merges, "abc")).containsExactly('a', 256);
  }

  @Test
  void merges_the_leftmost_of_overlapping_pairs() {
    MergeTable merges = new MergeTable(1);
    merges.add('a', 'a', 256);

    assertThat(encode(merges, "aaaaa")).containsExactly(256, 256, 'a');
  }

  @Test
  void merges_what_merging_made() {
    MergeTable merges = new MergeTable(3);
    merges.add('a', 'b', 256);
    merges.add('c', 'd', 257);
    merges.add(256, 257, 258);

    assertThat(encode(merges, "xabcdy")).containsExactly('x', 258, 'y');
  }

  @Test
  void leaves_single_bytes_and_nothing_as_they_are() {
    MergeTable none = new MergeTable(0);

    assertThat(encode(none, "a")).containsExactly('a');
    assertThat(encode(none, "")).isEmpty();
  }

  @Test
  void agrees_with_merging_one_rank_after_the_other() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      List<int[]> rules = randomRules(random);
      MergeTable merges = new MergeTable(rules.size());
      rules.forEach(rule -> assertThat(merges.add(rule[0], rule[1], rule[2])).isTrue());
      String text = randomText(random, 33);

      assertThat(encode(merges, text)).containsExactly(rankByRank(rules, text));
    }
  }

  /** Rules over three letters; each makes a new token of ones that were there before. */
  private static List<int[]> randomRules(Random random) {
    List<int[]> rules = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>(List.of((int) 'a', (int) 'b', (int) 'c'));
    for (int union = 256; union < 287; union++) {
      int left = tokens.get(random.nextInt(tokens.size()));
      int right = tokens.get(random.nextInt(tokens.size()));
      if (rules.stream().noneMatch(rule -> rule[0] == left && rule[1] == right)) {
        rules.add(new int[] {left, right, union});
        tokens.add(union);
      }
    }
    return rules;
  }

  private static String randomText(Random random, int length) {
    return random
        .ints(length, 'a', 'd')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** The definition: every rule in turn, over the whole text from left to right. */
  private static int[] rankByRank(List<int[]> rules, String text) {
    List<Integer> symbols = new ArrayList<>(text.chars().boxed().toList());
    for (int[] rule : rules) {
      for (int i = 0; i + 1 < symbols.size(); i++) {
        if (symbols.get(i) == rule[0] && symbols.get(i + 1) == rule[1]) {
          symbols.set(i, rule[2]);
          symbols.remove(/* index */ i + 1);
        }
      }
    }
    return symbols.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] encode(MergeTable merges, String text) {
    return new BytePairEncoder(BYTES, merges).encode(text.getBytes(StandardCharsets.UTF_8));
  }
}
