--[[ What the filters of both formats share: taking the constructs of a page apart. ]]

local stringify = pandoc.utils.stringify

local construct = {}

construct.CALLOUTS = { note = true, tip = true, warning = true, important = true, caution = true }

construct.STRENGTHS = { strong = true, moderate = true, weak = true, insufficient = true }

construct.COLUMNS = { ["2"] = true, ["3"] = true, ["4"] = true }

--- Words of the renderer in the report's language.
function construct.words(meta)
  local words = {}
  for key, value in pairs(meta.words) do words[key] = stringify(value) end
  return words
end

--- The names in a list of metadata, as a set.
function construct.set(list)
  local names = {}
  for _, name in ipairs(list or {}) do names[stringify(name)] = true end
  return names
end

--- Kind of a box ("note", "not-answered", "key-findings", "lead", "figure-data"), or nil.
function construct.kind(div)
  for _, class in ipairs(div.classes) do
    local callout = class:match("^callout%-(%a+)$")
    if callout and construct.CALLOUTS[callout] then return callout end
    if class == "not-answered" or class == "key-findings" or class == "lead" or class == "figure-data" then
      return class
    end
  end
end

--- Title and body of a box: the attribute `title`, else its first heading, else the word for its kind.
function construct.title_and_body(div, words)
  local body = div.content:clone()
  if body[1] and body[1].t == "Header" then
    return body:remove(1).content, body
  end
  local title = div.attributes.title or words[(construct.kind(div):gsub("-", "_"))]
  return pandoc.Inlines({ pandoc.Str(title) }), body
end

--- The picture of a figure.
function construct.picture(figure)
  return figure.content[1].content[1]
end

--- A figure's caption in two: the bold sentence that opens it, and the note after it.
function construct.title_and_note(inlines)
  if not (inlines[1] and inlines[1].t == "Strong") then return inlines, pandoc.Inlines({}) end
  local note = pandoc.Inlines({ table.unpack(inlines, 2) })
  if note[1] and note[1].t == "Space" then note:remove(1) end
  return inlines[1].content, note
end

--- Inlines of a caption.
function construct.caption(element)
  return pandoc.utils.blocks_to_inlines(element.caption.long)
end

--- Strength of evidence that a span shows, or nil.
function construct.strength(span)
  if not span.classes:includes("strength") then return nil end
  for _, class in ipairs(span.classes) do
    local strength = class:match("^strength%-(%a+)$")
    if construct.STRENGTHS[strength] then return strength end
  end
end

-- The text of a cell that holds nothing else, or nil. Most do, and asking Pandoc for each would be slow.
local function mere_text(blocks)
  local first = blocks[1]
  if not first then return "" end
  if #blocks > 1 or first.t ~= "Plain" then return nil end
  local parts = {}
  for i, inline in ipairs(first.content) do
    local kind = inline.t
    if kind == "Str" then
      parts[i] = inline.text
    elseif kind == "Space" then
      parts[i] = " "
    else
      return nil
    end
  end
  return table.concat(parts)
end

-- A cell as its text, whether that is all there is, and else the blocks that it holds.
local function read_cell(cell)
  local blocks = cell.contents
  local text = mere_text(blocks)
  if text then return { text = text, is_text = true } end
  return { text = stringify(blocks), is_text = false, blocks = blocks }
end

local function read_rows(rows)
  return rows:map(function(row) return row.cells:map(read_cell) end)
end

--- Head rows, body rows and alignments of a table; a row is a list of cells with `text`, `is_text` and, else, `blocks`.
-- Whatever else is asked of a table has to be asked before: once its rows are known, each question takes them all along.
function construct.rows(tbl)
  local aligns = tbl.colspecs:map(function(spec)
    return ({ AlignRight = "right", AlignCenter = "center" })[spec[1]] or "left"
  end)
  local head, foot, body = tbl.head.rows, tbl.foot.rows, pandoc.List()
  for _, part in ipairs(tbl.bodies) do body:extend(part.head):extend(part.body) end
  return read_rows(head), read_rows(body:extend(foot)), aligns
end

-- Whether a block is the data of an interactive chart; other raw blocks are what filters have put there.
local function is_chart(block)
  return block ~= nil and block.t == "RawBlock" and block.text:match('^<script type="application/json"') ~= nil
end

local function has_class(div, class)
  return div.t == "Div" and div.classes:includes(class)
end

--- Whether an element is a note for the margin.
function construct.is_margin_note(element)
  return element.classes:includes("aside") or element.classes:includes("column-margin")
end

--- A div whose headings are tabs, as a list of `{ header, blocks }`; what stands before the first heading is left out.
function construct.tabs(div)
  local tabs, level = pandoc.List({}), nil
  for _, block in ipairs(div.content) do
    if block.t == "Header" and (level == nil or block.level <= level) then
      level = block.level
      tabs:insert({ header = block, blocks = pandoc.Blocks({}) })
    elseif #tabs > 0 then
      tabs[#tabs].blocks:insert(block)
    end
  end
  return tabs
end

--- A div whose headings are tabs on paper, where all tabs follow one another.
function construct.tabs_in_a_row(div)
  local blocks = pandoc.Blocks({})
  for _, tab in ipairs(construct.tabs(div)) do
    blocks:insert(tab.header)
    blocks:extend(tab.blocks)
  end
  return blocks
end

--- Raw text of a format and inlines in a row, as one block. The writer sets it at once; a call for each part is slow.
function construct.in_a_row(format, parts)
  local inlines = pandoc.Inlines({})
  for _, part in ipairs(parts) do
    if type(part) == "string" then inlines:insert(pandoc.RawInline(format, part)) else inlines:extend(part) end
  end
  return pandoc.Plain(inlines)
end

--- The inlines of blocks that are no more than one line of them, else nil.
function construct.one_line(blocks)
  if #blocks == 0 then return pandoc.Inlines({}) end
  return #blocks == 1 and (blocks[1].t == "Plain" or blocks[1].t == "Para") and blocks[1].content or nil
end

--- The content of a div that stands side by side, as a list of blocks; a figure keeps its chart and table with it.
function construct.cells(div)
  local cells = pandoc.List({})
  for _, block in ipairs(div.content) do
    local goes_along = is_chart(block) or has_class(block, "figure-data")
    if goes_along and #cells > 0 then cells[#cells]:insert(block) else cells:insert(pandoc.Blocks({ block })) end
  end
  return cells
end

--- The number that stands beside an equation.
function construct.number_of(div)
  return "(" .. (div.attributes.label or ""):match("[%d%.]*$") .. ")"
end

--- How many columns a div asks for, or nil.
function construct.columns(div)
  local asked = div.attributes["layout-ncol"]
  return construct.COLUMNS[asked] and tonumber(asked) or nil
end

--- The formula of an equation made by refuse.lua, or nil.
function construct.formula(div)
  local only = div.classes:includes("equation") and div.content[1] and div.content[1].content
  return only and only[1] and only[1].t == "Math" and only[1] or nil
end

--- Join each figure with the chart data and the table behind it that follow it, and hand all three to `write`.
function construct.gather_figures(blocks, write)
  local out, i = pandoc.Blocks({}), 1
  while i <= #blocks do
    local block, chart, data = blocks[i], nil, nil
    if block.t == "Figure" then
      if is_chart(blocks[i + 1]) then
        chart, i = blocks[i + 1], i + 1
      end
      local following = blocks[i + 1]
      if following and following.t == "Div" and following.classes:includes("figure-data") then
        data, i = following, i + 1
      end
      out:extend(write(block, chart, data))
    else
      out:insert(block)
    end
    i = i + 1
  end
  return out
end

return construct
