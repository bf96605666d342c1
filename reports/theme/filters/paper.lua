--[[ The constructs of a page as calls of the functions in report.typ.

All pages become one document, so every id is put under its page's name, and a link to another page becomes a link
to its chapter. Tables behind charts are gathered at the end of the chapter.
]]

package.path = pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/?.lua;" .. package.path
local construct = require("construct")

local words, pictures, page, in_pdf = {}, "", "", {}
local appendix = pandoc.List({})

-- Letters that a line of a table holds: on the page, in small print, and in one of two columns in small print.
local ROOM = { page = 92, dense = 112, narrow = 52 }
local BETWEEN_COLUMNS = 3 -- letters
local BADGE = 6 -- letters that the dots of a strength of evidence take
local LONG_CELL = 40 -- letters of a cell that should stand in one line
local LONG_WORD = 24 -- letters; a longer word is hyphenated
local WIDE_LETTERS = 1.1 -- how much wider than on average the letters of a word may be
local SHORT_CELL = 12 -- letters of a cell that is kept in one line if there is room
local SMALL_TABLE = 900 -- letters of a table that is not broken across pages

local function quoted(text)
  local escaped = text:gsub('[\\"]', "\\%0"):gsub("[\r\n]", " ")
  return '"' .. escaped .. '"'
end

local function typst(blocks)
  return "[" .. pandoc.write(pandoc.Pandoc(blocks), "typst", { wrap_text = "none" }) .. "]"
end

local function content(inlines)
  return typst({ pandoc.Plain(inlines) })
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function own(id)
  return id ~= "" and page .. "-" .. id or ""
end

local function list(items)
  return "(" .. table.concat(items, ", ") .. (#items > 0 and "," or "") .. ")"
end

local function has_badge(cell)
  local found = false
  pandoc.Div(cell.contents):walk({ RawInline = function() found = true end, Span = function() found = true end })
  return found
end

-- Letters of the longest cell of a column and of its longest word.
local function lengths(rows, column)
  local cell_length, word_length = 1, 1
  for _, row in ipairs(rows) do
    local cell = row.cells[column]
    if cell then
      local text, more = pandoc.utils.stringify(cell.contents), has_badge(cell) and BADGE or 0
      cell_length = math.max(cell_length, (utf8.len(text) or 0) + more)
      for word in text:gmatch("%S+") do word_length = math.max(word_length, (utf8.len(word) or 0) + more) end
    end
  end
  return cell_length, math.min(word_length, LONG_WORD) * WIDE_LETTERS, word_length > LONG_WORD
end

-- What the columns of a table ask for, in letters: their longest words at least, their longest cells at best.
local function needs(tbl, in_one_line)
  local head, body = construct.rows(tbl)
  local rows, least, best, comfortable, hyphenate = head .. body, pandoc.List(), pandoc.List(), 0, false
  for i = 1, #tbl.colspecs do
    local cell, word, long = lengths(rows, i)
    hyphenate = hyphenate or long
    local kept = cell <= in_one_line and cell or word
    least[i], best[i] = kept + BETWEEN_COLUMNS, math.max(cell, word) + BETWEEN_COLUMNS
    comfortable = comfortable + math.max(least[i], math.min(best[i], LONG_CELL + BETWEEN_COLUMNS))
  end
  return least, best, comfortable, hyphenate
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

-- Columns that fit are as wide as their longest cells; else those of long text share what the others leave.
-- The second answer is whether words have to be broken.
local function columns(tbl)
  local attributes = tbl.attributes
  local room = attributes.narrow and ROOM.narrow or attributes.dense and ROOM.dense or ROOM.page
  local least, best, _, hyphenate = needs(tbl, SHORT_CELL)
  local widths, sum = shared(0, least, best)
  if sum > room then
    least = needs(tbl, 0)
    widths, sum = shared(0, least, best)
    hyphenate = hyphenate or sum > room
  end
  widths, sum = shared(math.huge, least, best)
  if sum <= room then return list(widths:map(function() return "auto" end)), false end
  for share = room, 0, -0.25 do
    widths, sum = shared(share, least, best)
    if sum <= room then break end
  end
  return list(widths:map(function(width) return string.format("%.1ffr", width) end)), hyphenate
end

local function cells(rows)
  local all = {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      local text = construct.mere_text(cell.contents)
      table.insert(all, text and quoted(text) or typst(cell.contents))
    end
  end
  return list(all)
end

local function is_small(rows)
  local letters = 0
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do letters = letters + #pandoc.utils.stringify(cell.contents) end
  end
  return letters <= SMALL_TABLE and #rows <= 10
end

local function table_call(tbl)
  local head, body, aligns = construct.rows(tbl)
  local widths, hyphenate = columns(tbl)
  return raw("#data-table(\n  id: " .. quoted(own(tbl.identifier))
    .. ",\n  dense: " .. (tbl.attributes.dense or "false")
    .. ",\n  number: " .. quoted(tbl.attributes.label or "")
    .. ",\n  caption: " .. content(construct.caption(tbl))
    .. ",\n  columns: " .. widths
    .. ",\n  small: " .. tostring(is_small(body))
    .. ",\n  hyphenate: " .. tostring(hyphenate)
    .. ",\n  align: " .. list(aligns)
    .. ",\n  header: " .. cells(head)
    .. ",\n  cells: " .. cells(body) .. ",\n)")
end

local function exists(path)
  local file = io.open(path, "r")
  if file then file:close() end
  return file ~= nil
end

-- Tells tables behind charts from the others, while they still are tables, and those that fit half a page.
local function mark_data(div)
  if not div.classes:includes("figure-data") then return nil end
  local fits = true
  div:walk({
    Table = function(tbl)
      local _, _, comfortable = needs(tbl, 0)
      fits = fits and comfortable <= ROOM.narrow
    end,
  })
  div.attributes.narrow = fits and "true" or nil
  return div:walk({
    Table = function(tbl)
      tbl.attributes.dense = "true"
      if fits then tbl.attributes.narrow = "true" end
      return tbl
    end,
  })
end

local function data_call(figure, title, data, id)
  local blocks = pandoc.Blocks({
    raw("#chart-data(id: " .. quoted(id) .. ", number: " .. quoted(figure.attributes.label or "")
      .. ", title: " .. content(title) .. ")["),
  })
  appendix:insert({ narrow = data.attributes.narrow == "true", blocks = blocks .. data.content .. { raw("]") } })
end

-- Narrow tables stand side by side, in their order; a wide one has the page to itself.
local function appendix_blocks()
  local blocks = pandoc.Blocks({ raw("#appendix-heading(" .. quoted(words.data_behind_charts) .. ")") })
  local open = false
  for _, entry in ipairs(appendix) do
    if entry.narrow ~= open then blocks:insert(raw(open and "]" or "#side-by-side[")) end
    open = entry.narrow
    blocks:extend(entry.blocks)
  end
  if open then blocks:insert(raw("]")) end
  return blocks
end

local function figure_call(figure, _, data)
  local image = construct.picture(figure)
  local name, alt = image.src:match("([^/]+)$"), image.attributes["fig-alt"]
  local title, note = construct.title_and_note(construct.caption(figure))
  local data_id = data and own(figure.identifier .. "-data") or ""
  if data then data_call(figure, title, data, data_id) end
  local path = exists(pictures .. "/" .. name) and quoted(page .. "/" .. name) or "none"
  return pandoc.Blocks({ raw("#figure-card(\n  id: " .. quoted(own(figure.identifier))
    .. ",\n  number: " .. quoted(figure.attributes.label or "")
    .. ",\n  path: " .. path .. ",\n  alt: " .. quoted(alt)
    .. ",\n  title: " .. content(title) .. ",\n  note: " .. content(note)
    .. ",\n  data: " .. quoted(data_id) .. ",\n)") })
end

local function box(div, kind)
  if kind == "lead" then return pandoc.Blocks({ raw("#lead[") }) .. div.content .. { raw("]") } end
  local title, body = construct.title_and_body(div, words)
  local open = "#callout(kind: " .. quoted(kind) .. ", title: " .. content(title) .. ")["
  if kind == "key-findings" then
    local first = div.content[1]
    local id = first and first.t == "Header" and first.identifier or own("key-findings")
    open = "#key-findings(id: " .. quoted(id) .. ", title: " .. content(title) .. ")["
  end
  return pandoc.Blocks({ raw(open) }) .. body .. { raw("]") }
end

local function link(element)
  local id = element.target:match("^#(.*)$")
  if id then
    element.target = "#" .. own(id)
    return element
  end
  local other = element.target:match("^([%w_%-]+)%.html")
  if not other then return nil end
  if not in_pdf[other] then return element.content end
  element.target = "#" .. other
  return element
end

local function rename(element)
  element.identifier = own(element.identifier)
  return element
end

local function strength(span)
  local found = construct.strength(span)
  if not found then return rename(span) end
  return pandoc.Inlines({
    pandoc.RawInline("typst", "#strength(" .. quoted(found) .. ")["),
    pandoc.Span(span.content),
    pandoc.RawInline("typst", "]"),
  })
end

-- A short text stays on the page of the figure or table that it introduces.
local function keep_with_figure(blocks)
  local kept = pandoc.Blocks({})
  for i, block in ipairs(blocks) do
    local following = blocks[i + 1]
    local is_call = following and following.t == "RawBlock"
    local introduces = is_call and (following.text:match("^#figure%-card") or following.text:match("^#data%-table"))
    if block.t == "Para" and introduces then
      kept:extend({ raw("#block(sticky: true)["), block, raw("]") })
    else
      kept:insert(block)
    end
  end
  return kept
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  pictures, page = pandoc.utils.stringify(doc.meta.pictures), pandoc.utils.stringify(doc.meta.page)
  for _, name in ipairs(doc.meta["pages-in-pdf"] or {}) do in_pdf[pandoc.utils.stringify(name)] = true end
  doc = doc:walk({ Link = link, Header = rename, Span = strength }):walk({ Div = mark_data })
  doc = doc:walk({
    Table = table_call,
    Div = function(div)
      local kind = construct.kind(div)
      if kind and kind ~= "figure-data" then return box(div, kind) end
    end,
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_call) end,
  })
  doc.blocks = keep_with_figure(doc.blocks)
  if #appendix > 0 then doc.blocks:extend(appendix_blocks()) end
  return doc
end
