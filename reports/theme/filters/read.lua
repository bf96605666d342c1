--[[ Reads pages as both renderers do, for the check of constructs: `pandoc lua read.lua`.

Standard input: JSON with `readers`, two names of Pandoc formats, and `texts`. Standard output: for each text its
document as the first reader sees it, the text of the first block that the second sees otherwise, and the formulae
that neither can set.
]]

local stringify = pandoc.utils.stringify

local SHORT = 60 -- letters of a block that a message quotes

-- How the items of a list are counted is the reader's own affair.
local function plain_lists(doc)
  return doc:walk({ OrderedList = function(list) return pandoc.OrderedList(list.content, pandoc.ListAttributes(list.start)) end })
end

local function first_word(block)
  local word = ""
  pandoc.Div(block):walk({ Str = function(str) word = word == "" and str.text or word end })
  return word
end

local function first_difference(one, other)
  for i = 1, math.max(#one.blocks, #other.blocks) do
    if one.blocks[i] ~= other.blocks[i] then
      local block = one.blocks[i] or other.blocks[i]
      return pandoc.text.sub(stringify(block), 1, SHORT), first_word(block)
    end
  end
  return "", ""
end

local function not_set(doc)
  local formulae = pandoc.List({})
  doc:walk({
    Math = function(math)
      local html = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "html5", { html_math_method = "mathml" })
      if not html:find("<math", 1, true) then formulae:insert(math.text) end
    end,
  })
  return formulae
end

local asked = pandoc.json.decode(io.read("a"), false)
local answers = pandoc.List({})
for i, text in ipairs(asked.texts) do
  local one, other = pandoc.read(text, asked.readers[1]), pandoc.read(text, asked.readers[2])
  local difference, word = first_difference(plain_lists(one), plain_lists(other))
  answers[i] = {
    document = pandoc.write(one, "json"),
    difference = difference,
    first_word = word,
    formulae = not_set(one),
  }
end
io.write(pandoc.json.encode(answers))
