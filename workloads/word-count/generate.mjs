// Writes the text of this workload to stdout: seeded, so that it is the same on every machine.
// node generate.mjs > text.txt

const wordCount = 90_000;
const vocabularySize = 6_000;

let state = 0x2545f491;
function below(bound) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}

const onsets = ["b", "br", "d", "f", "g", "gl", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "w", "z"];
const vowels = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const codas = ["", "", "l", "m", "n", "nd", "r", "s", "t"];

function makeWord() {
  const syllables = 1 + below(2) + below(3);
  let word = "";
  for (let i = 0; i < syllables; i++)
    word += onsets[below(onsets.length)] + vowels[below(vowels.length)] + codas[below(codas.length)];
  return word;
}

const vocabulary = new Set();
while (vocabulary.size < vocabularySize) vocabulary.add(makeWord());
const words = [...vocabulary].sort((left, right) => left.length - right.length);

// Words early in the list are drawn more often: a product of three uniform draws falls off roughly as text does.
function draw() {
  const share = (below(1 << 16) / 65536) * (below(1 << 16) / 65536) * (below(1 << 16) / 65536);
  return words[Math.floor(share * words.length)];
}

const lines = [];
let line = [];
let sentenceLeft = 0;
for (let i = 0; i < wordCount; i++) {
  let word = draw();
  if (sentenceLeft === 0) {
    sentenceLeft = 5 + below(15);
    word = word[0].toUpperCase() + word.slice(1);
  }
  sentenceLeft -= 1;
  if (sentenceLeft === 0) word += ".";
  else if (below(12) === 0) word += ",";
  line.push(word);
  if (line.length === 12) {
    lines.push(line.join(" "));
    line = [];
  }
}
lines.push(line.join(" "));
process.stdout.write(`${lines.join("\n").trimEnd()}\n`);
