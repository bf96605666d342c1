--[[ How wide the columns of a table are, measured in letters. ]]

local construct = require("construct")

local columns = {}

local BETWEEN_COLUMNS = 3 -- letters
local BADGE = 6 -- letters that the dots of a strength of evidence take
local LONG_WORD = 24 -- letters; a longer word is hyphenated
local WIDE_LETTERS = 1.1 -- how much wider than on average the letters of a word may be
local SHORT_CELL = 17 -- letters of a cell that is kept in one line if there is room, such as a date

local function has_badge(cell)
  if cell.is_text then return false end
  local found = false
  pandoc.Div(cell.blocks):walk({ RawInline = function() found = true end, Span = function() found = true end })
  return found
end

-- Letters of the longest cell of a column and of its longest word.
local function lengths(rows, column)
  local cell_length, word_length = 1, 1
  for _, row in ipairs(rows) do
    local cell = row[column]
    if cell then
      local text, more = cell.text, has_badge(cell) and BADGE or 0
      cell_length = math.max(cell_length, (utf8.len(text) or 0) + more)
      for word in text:gmatch("%S+") do word_length = math.max(word_length, (utf8.len(word) or 0) + more) end
    end
  end
  return cell_length, math.min(word_length, LONG_WORD) * WIDE_LETTERS, word_length > LONG_WORD
end

-- Longest cell, longest word and whether that is a long one, for each column.
local function measured(rows)
  local measures = pandoc.List()
  for i = 1, #(rows[1] or {}) do
    local cell, word, long = lengths(rows, i)
    measures[i] = { cell = cell, word = word, long = long }
  end
  return measures
end

-- What columns ask for, in letters: their longest words at least, their longest cells at best.
local function needs(measures, in_one_line)
  local least, best, hyphenate = pandoc.List(), pandoc.List(), false
  for i, each in ipairs(measures) do
    hyphenate = hyphenate or each.long
    local kept = each.cell <= in_one_line and each.cell or each.word
    least[i], best[i] = kept + BETWEEN_COLUMNS, math.max(each.cell, each.word) + BETWEEN_COLUMNS
  end
  return least, best, hyphenate
end

-- A column gets no less than it needs and no more than its longest cell; between them, long text gets more.
local function shared(share, least, best)
  local widths, sum = pandoc.List(), 0
  for i = 1, #best do
    widths[i] = math.max(least[i], math.min(best[i], share * math.sqrt(best[i])))
    sum = sum + widths[i]
  end
  return widths, sum
end

--- Widths in letters of the columns of some rows for a line of `room` letters; nil where all have room in one line.
-- Where they have not, columns of long text share what the others leave. The second answer is whether words have to be
-- broken.
function columns.widths(rows, room)
  local measures = measured(rows)
  local least, best, hyphenate = needs(measures, SHORT_CELL)
  local widths, sum = shared(0, least, best)
  if sum > room then
    least = needs(measures, 0)
    widths, sum = shared(0, least, best)
    hyphenate = hyphenate or sum > room
  end
  widths, sum = shared(math.huge, least, best)
  if sum <= room then return nil, false end
  for share = room, 0, -0.25 do
    widths, sum = shared(share, least, best)
    if sum <= room then break end
  end
  return widths, hyphenate
end

return columns
